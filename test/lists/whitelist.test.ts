import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { toAddress, toCanonical } from "../../src/lists/address.ts";
import { toListLines } from "../../src/lists/list-line.ts";
import { parseWhitelist } from "../../src/lists/whitelist.ts";
import { NO_FACTS, type Facts, type Kind } from "../../src/model.ts";
import { listTexts, spelt } from "./list-texts.ts";

const LIST = `\uFEFF# never block these
192.0.2.7            # ours
2001:DB8:0:0::7
10.0.0.0/8
10.1.0.0/16
2001:db8:1::/48
Example.com
*.wild.example
münchen.example.
mail.example.com
AS64500
asn 64501
Example Hosting LLC
Amazon.com
7[.]7[.]7[.]7
::ffff:198.51.100.0/120
`;

const list = parseWhitelist(LIST);

function entryOf(kind: Kind, value: string): string | null {
  return list.match({ kind, value }, null)?.entry ?? null;
}

function toFacts(facts: Partial<Facts>): Facts {
  return { ...NO_FACTS, ...facts };
}

describe("a whitelist covers", () => {
  test.each<[Kind, string, string | null]>([
    ["ip", "192.0.2.7", "192.0.2.7"],
    ["ip", "192.0.2.8", null],
    ["ip", "2001:db8::7", "2001:DB8:0:0::7"],
    ["ip", "10.200.0.5", "10.0.0.0/8"],
    ["ip", "10.1.255.255", "10.1.0.0/16"],
    ["ip", "11.0.0.0", null],
    ["ip", "2001:db8:1:ffff::1", "2001:db8:1::/48"],
    ["ip", "2001:db8:2::1", null],
    ["ip", "7.7.7.7", "7[.]7[.]7[.]7"],
    ["ip", "198.51.100.200", "::ffff:198.51.100.0/120"],
    ["domain", "example.com", "Example.com"],
    ["domain", "a.b.example.com", "Example.com"],
    ["domain", "x.mail.example.com", "mail.example.com"],
    ["domain", "notexample.com", null],
    ["domain", "com", null],
    ["domain", "example.com.evil.example", null],
    ["domain", "a.wild.example", "*.wild.example"],
    ["domain", "www.xn--mnchen-3ya.example", "münchen.example."],
    ["url", "https://www.example.com/x?y#z", "Example.com"],
    ["url", "http://192.0.2.7:8080/", "192.0.2.7"],
    ["url", "http://[2001:db8:1::9]/", "2001:db8:1::/48"],
    ["url", "https://evil.example/example.com", null],
    ["hash", "d41d8cd98f00b204e9800998ecf8427e", null],
  ])("the %s %s by %s", (kind, value, entry) => {
    expect(entryOf(kind, value)).toBe(entry);
  });

  test.each<[Partial<Facts>, string | null]>([
    [{ asn: 64500 }, "AS64500"],
    [{ asn: 64501 }, "asn 64501"],
    [{ asn: 6450 }, null],
    [{ owner: "Example Hosting LLC" }, "Example Hosting LLC"],
    [{ owner: " EXAMPLE  hosting llc" }, "Example Hosting LLC"],
    [{ owner: "ExampleHosting LLC" }, "Example Hosting LLC"],
    [{ owner: "Example Hosting" }, null],
    [{ owner: "Not Example Hosting LLC" }, null],
    [{ owner: "AMAZON.COM" }, "Amazon.com"],
    [{}, null],
  ])("an address whose facts are %j by %s", (facts, entry) => {
    expect(list.match({ kind: "ip", value: "203.0.113.1" }, toFacts(facts))?.entry ?? null).toBe(entry);
  });

  test("with the line of the entry, the first of two that mean the same", () => {
    const doubled = parseWhitelist("\r\n# x\r\n1.2.3.4\r\n1.2.3.4/32 # again\r\n");

    expect(doubled.match({ kind: "ip", value: "1.2.3.4" }, null)).toEqual({ entry: "1.2.3.4", line: 3 });
  });

  test("nothing when there are only comments", () => {
    const empty = parseWhitelist("# 1.2.3.4\n\n   # AS1\n");

    expect(empty.match({ kind: "ip", value: "1.2.3.4" }, toFacts({ asn: 1, owner: "" }))).toBeNull();
    expect(empty.problems).toEqual([]);
  });

  test("just the addresses of its networks", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 1, max: 32 }), fc.ipV4(), (base, prefix, ip) => {
        const mask = prefix === 32 ? 0xffffffff : ~(0xffffffff >>> prefix);
        const isInside = ((toNumber(base) ^ toNumber(ip)) & mask) === 0;
        const matched = parseWhitelist(`${base}/${prefix}`).match({ kind: "ip", value: ip }, null);
        expect(matched !== null).toBe(isInside);
      }),
    );
  });

  test("an address in any spelling", () => {
    fc.assert(
      fc.property(fc.ipV6(), (ip) => {
        const canonical = new URL(`http://[${ip}]/`).hostname.slice(1, -1);
        expect(parseWhitelist(ip.toUpperCase()).match({ kind: "ip", value: canonical }, null)).not.toBeNull();
      }),
    );
  });
});

describe("a doubtful line of a whitelist", () => {
  test.each([
    ["1.2.3.256", /is no address/u],
    ["1.2.3", /is no address/u],
    ["1.2.3.*", /is no address/u],
    ["1.2.3.0-1.2.3.255", /is no address/u],
    ["1.2.3.4:80", /is no address/u],
    ["2001:db8::1::2", /is no address/u],
    ["10.0.0.0/33", /is no network/u],
    ["10.0.0.0/255.0.0.0", /is no network/u],
    ["1.2.3/24", /is no network/u],
    ["0.0.0.0/0", /every address/u],
    ["::/0", /every address/u],
    ["1.2.3.4 Example LLC", /one entry a line/u],
    ["1.2.3.4, 5.6.7.8", /one entry a line/u],
    ["AS99999999999", /no AS number/u],
    ["co.uk", /every domain that ends so/u],
    ["https://example.com/x", /is a URL/u],
    ["example.com/x", /is a URL/u],
    ["example.com:443", /has a port/u],
    ["foo*.example.com", /wildcard/u],
    ["bob@example.com", /e-mail address/u],
    ["d41d8cd98f00b204e9800998ecf8427e", /hash/u],
  ])("%s covers nothing and is named", (line, because) => {
    const { problems } = parseWhitelist(`# x\n${line} # note`);

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(because);
    expect(problems[0]).toContain(`line 2: "${line}"`);
  });

  test("with a network and host bits covers the network, and is named", () => {
    const networks = parseWhitelist("10.1.2.3/8");

    expect(networks.match({ kind: "ip", value: "10.9.9.9" }, null)).toEqual({ entry: "10.1.2.3/8", line: 1 });
    expect(networks.problems).toEqual(['line 1: "10.1.2.3/8" is read as 10.0.0.0/8']);
  });

  test.each([
    "3M",
    "Telenor A/S",
    "1&1 Internet SE",
    "Hetzner Online GmbH",
    "Booking.com B.V.",
    "localhost",
    'LLC "Ромашка"',
  ])("is not the owner's name %s", (owner) => {
    const owners = parseWhitelist(owner);

    expect(owners.problems).toEqual([]);
    expect(owners.match({ kind: "ip", value: "1.2.3.4" }, toFacts({ owner }))).toMatchObject({
      entry: owner,
    });
  });
});

test("a whitelist of 100,000 entries answers 10,000 questions without a linear search", () => {
  const lines = Array.from({ length: 100_000 }, (_, at) => {
    const [high, low] = [(at >> 8) & 255, at & 255];
    return [
      `11.${at % 200}.${high}.${low}`,
      `12.${high}.${low}.0/${24 + (at % 9)}`,
      `host-${at}.example`,
      `Owner ${at}`,
    ][at % 4];
  });
  const large = parseWhitelist(lines.join("\n"));
  const facts = toFacts({ owner: "Somebody else", asn: 1 });
  const startedAt = performance.now();

  for (let at = 0; at < 5_000; at += 1) {
    large.match({ kind: "ip", value: `13.1.${at >> 8}.${at & 255}` }, facts);
    large.match({ kind: "domain", value: `a.b.c.other-${at}.example` }, facts);
  }

  expect(large.match({ kind: "domain", value: "www.host-99998.example" }, null)?.line).toBe(99_999);
  expect(performance.now() - startedAt).toBeLessThan(6_000);
});

function toNumber(ip: string): number {
  return ip.split(".").reduce((number, octet) => number * 256 + Number(octet), 0);
}

test("whatever stands around it, an address on a line of its own is covered, and one in a comment is not", () => {
  fc.assert(
    fc.property(listTexts, fc.array(spelt), (text, others) => {
      const whitelist = parseWhitelist(text);
      const lines = toListLines(text);
      const addresses = new Map<string, number>();
      for (const { entry, line } of lines) {
        const address = toAddress(entry);
        const ip = address === null ? null : toCanonical(address);
        if (ip !== null && !addresses.has(ip)) addresses.set(ip, line);
      }

      for (const [ip, line] of addresses) {
        expect(whitelist.match({ kind: "ip", value: ip }, null)).toEqual(
          lines.find((one) => one.line === line),
        );
      }
      // Nothing but addresses covers one here, except for networks.
      if (text.includes("/")) return;
      for (const other of others) {
        const ip = toCanonical(toAddress(other) ?? []);
        expect(whitelist.match({ kind: "ip", value: ip }, null) !== null).toBe(addresses.has(ip));
      }
    }),
    { numRuns: 300 },
  );
});

test("a whitelist says something of each line that it does not take for what it says, and of no other", () => {
  fc.assert(
    fc.property(listTexts, (text) => {
      const { problems } = parseWhitelist(text);
      const told = toListLines(text).map(({ entry, line }) => `line ${line}: "${entry}" `);
      expect(problems.every((problem) => told.some((start) => problem.startsWith(start)))).toBe(true);
    }),
  );
});
