import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { UserError } from "../../src/errors.ts";
import { toAddress, toCanonical } from "../../src/lists/address.ts";
import { addToBlacklist, parseBlacklist, removeFromBlacklist } from "../../src/lists/blacklist.ts";
import { toEntry } from "../../src/lists/list-line.ts";
import type { Kind } from "../../src/model.ts";
import { listTexts, spelt } from "./list-texts.ts";

const TEXT = "\uFEFF# blocked\r\n\r\n1.2.3.4\t# why\r\n2001:DB8:0::1\r\nnot an address\r\n::ffff:5.6.7.8";

function entryOf(kind: Kind, value: string): string | null {
  return parseBlacklist(TEXT).match({ kind, value })?.entry ?? null;
}

describe("a blacklist", () => {
  test("has addresses in canonical form, and a sentence for what is none", () => {
    const { addresses, problems } = parseBlacklist(TEXT);

    expect(addresses).toEqual(["1.2.3.4", "2001:db8::1", "5.6.7.8"]);
    expect(problems).toEqual(['line 5: "not an address" is no address']);
  });

  test("says of a network that only the export has it", () => {
    const { addresses, problems } = parseBlacklist("192.0.2.0/24\n192.0.2.0/99\n");

    expect(addresses).toEqual([]);
    expect(problems).toEqual([
      expect.stringMatching(/^line 1: "192\.0\.2\.0\/24" is a network: the export for firewalls has it/),
      'line 2: "192.0.2.0/99" is no address',
    ]);
  });

  test.each<[Kind, string, string | null]>([
    ["ip", "1.2.3.4", "1.2.3.4"],
    ["ip", "2001:db8::1", "2001:DB8:0::1"],
    ["ip", "5.6.7.8", "::ffff:5.6.7.8"],
    ["ip", "1.2.3.5", null],
    ["url", "http://1.2.3.4:8080/x", "1.2.3.4"],
    ["url", "http://[2001:db8::1]/", "2001:DB8:0::1"],
    ["url", "http://evil.example/1.2.3.4", null],
    ["domain", "evil.example", null],
    ["hash", "d41d8cd98f00b204e9800998ecf8427e", null],
  ])("asked for the %s %s gives the entry as written: %s", (kind, value, entry) => {
    expect(entryOf(kind, value)).toBe(entry);
  });
});

describe("adding", () => {
  test.each([
    ["to nothing", "", ["1.2.3.4"], "1.2.3.4\n"],
    ["to a byte order mark", "\uFEFF", ["1.2.3.4"], "\uFEFF1.2.3.4\n"],
    ["after a last line without an end", "9.9.9.9", ["1.2.3.4"], "9.9.9.9\n1.2.3.4\n"],
    ["after a comment without an end", "# x", ["1.2.3.4"], "# x\n1.2.3.4\n"],
    ["in the line ends of the file", "9.9.9.9\r\n", ["1.2.3.4", "::1"], "9.9.9.9\r\n1.2.3.4\r\n::1\r\n"],
    [
      "in its line ends, the last one missing",
      "# x\r\n9.9.9.9",
      ["1.2.3.4"],
      "# x\r\n9.9.9.9\r\n1.2.3.4\r\n",
    ],
    [
      "in canonical form, each once",
      "",
      ["2001:DB8::0:1", "2001:db8::1", "::ffff:1.2.3.4"],
      "2001:db8::1\n1.2.3.4\n",
    ],
    ["not what is there in another spelling", "2001:0db8::1 # x\n", ["2001:db8::1"], "2001:0db8::1 # x\n"],
  ])("%s", (_where, text, ips, expected) => {
    expect(addToBlacklist(text, ips).text).toBe(expected);
  });

  test("writes IPv6 as it stands in a URL", () => {
    fc.assert(
      fc.property(fc.ipV6(), (ip) => {
        const canonical = new URL(`http://[${ip}]/`).hostname.slice(1, -1);
        fc.pre(!canonical.startsWith("::ffff:"));
        expect(addToBlacklist("", [ip.toUpperCase()]).added).toEqual([canonical]);
      }),
    );
  });

  test("says what was added", () => {
    expect(addToBlacklist("1.1.1.1\n", ["1.1.1.1", "2.2.2.2", "2.2.2.2"]).added).toEqual(["2.2.2.2"]);
  });

  test.each(["evil.example", "10.0.0.0/8", "1.2.3.256", "1.2.3.4\n6.6.6.6", "1.2.3.4 # x", ""])(
    "refuses %j",
    (ip) => {
      expect(() => addToBlacklist("", [ip])).toThrow(UserError);
    },
  );
});

describe("removing", () => {
  test.each([
    ["a line with its comment", TEXT, ["1.2.3.4"], TEXT.replace("1.2.3.4\t# why\r\n", "")],
    ["another spelling", TEXT, ["2001:db8::1"], TEXT.replace("2001:DB8:0::1\r\n", "")],
    ["the last line, without an end", TEXT, ["5.6.7.8"], TEXT.replace("::ffff:5.6.7.8", "")],
    ["the first line, but not the byte order mark", "\uFEFF1.2.3.4\n# x\n", ["1.2.3.4"], "\uFEFF# x\n"],
    ["each time that it is there", "1.2.3.4\n# x\n1.2.3.4", ["1.2.3.4"], "# x\n"],
    ["nothing that is not there", TEXT, ["9.9.9.9"], TEXT],
    ["nothing from comments", "# 1.2.3.4\n", ["1.2.3.4"], "# 1.2.3.4\n"],
  ])("takes out %s and keeps the rest byte for byte", (_what, text, ips, expected) => {
    expect(removeFromBlacklist(text, ips).text).toBe(expected);
  });

  test.each([
    ["1.2.3.4 # why\r\n5.6.7.8\r\n", "# why\r\n"],
    ["# x\n1.2.3.4\t#why", "# x\n#why"],
    ["\uFEFF1.2.3.4 # a # b\n5.6.7.8", "\uFEFF# a # b\n"],
  ])("can keep the comments of %j", (text, expected) => {
    expect(removeFromBlacklist(text, ["1.2.3.4", "5.6.7.8"], "keep").text).toBe(expected);
  });

  test("says what was removed", () => {
    expect(removeFromBlacklist(TEXT, ["2001:DB8::1", "9.9.9.9"]).removed).toEqual(["2001:db8::1"]);
  });

  test("undoes adding, whatever the file says", () => {
    fc.assert(
      fc.property(listTexts, fc.array(spelt), (text, ips) => {
        const { text: longer, added } = addToBlacklist(text, ips);
        const isWhole = /^\uFEFF?$|[\r\n]$/u.test(text) || added.length === 0;
        const whole = isWhole ? text : text + (text.includes("\r\n") ? "\r\n" : "\n");

        expect(longer.startsWith(whole)).toBe(true);
        expect(removeFromBlacklist(longer, added)).toEqual({ text: whole, removed: added });
      }),
      { numRuns: 300 },
    );
  });

  test("leaves every other line byte for byte, and none of the addresses, whatever the file says", () => {
    fc.assert(
      fc.property(listTexts, fc.array(spelt), fc.constantFrom("keep", "drop"), (text, others, comments) => {
        const listed = parseBlacklist(text).addresses;
        const unwanted = [...listed.filter((_, at) => at % 2 === 0), ...others];
        const isUnwanted = new Set(unwanted.map(canonical));

        const { text: shorter, removed } = removeFromBlacklist(text, unwanted, comments);

        const kept = linesOf(text).flatMap((line) => {
          if (!isUnwanted.has(canonical(toEntry(line)))) return [line];
          const mark = line.startsWith("\uFEFF") ? "\uFEFF" : "";
          return [mark + (comments === "keep" && line.includes("#") ? line.slice(line.indexOf("#")) : "")];
        });
        expect(shorter).toBe(kept.join(""));
        expect(removed).toEqual(listed.filter((ip) => isUnwanted.has(ip)));
        expect(parseBlacklist(shorter).addresses).toEqual(listed.filter((ip) => !isUnwanted.has(ip)));
      }),
      { numRuns: 300 },
    );
  });
});

function linesOf(text: string): readonly string[] {
  return text.split(/(?<=\r\n|\n|\r(?!\n))/u);
}

function canonical(text: string): string {
  const address = toAddress(text);
  return address === null ? "" : toCanonical(address);
}
