import { join } from "node:path";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { FeedEntry } from "../../src/feeds/feed.ts";
import { FEEDS, findFeed, writeFeed } from "../../src/feeds/formats.ts";
import { toListedBlocks } from "../../src/feeds/listed-blocks.ts";
import { atOnce } from "../../src/pieces.ts";
import { readCsv } from "./csv-reader.ts";
import {
  bare,
  feedOf,
  HOSTILE,
  hostileEntries,
  known,
  many,
  SAMPLE,
  streamOf,
  textOf,
  V6_ONLY,
} from "./entries.ts";

const NAMES = FEEDS.map(({ name }) => name);
const V4 = String.raw`\d+\.\d+\.\d+\.\d+(?:/\d+)?`;
const ADDRESS = String.raw`(?:${V4}|[\da-f]*:[\da-f:]+(?:/\d+)?)`;
/** What a comment is made of. Nothing of it means anything in any format. */
const WORDS = String.raw`[A-Za-z0-9 .,:/@()_+=-]+`;

/** The lines that a format's documents allow, each whole. */
const GRAMMAR: Readonly<Record<string, RegExp>> = {
  plain: new RegExp(`^${ADDRESS}(?: # ${WORDS})?$`),
  haproxy: new RegExp(`^(?:${ADDRESS}|# ${WORDS})$`),
  suricata: new RegExp(`^(?:${ADDRESS},50,127|# ${WORDS})$`),
  nginx: new RegExp(`^(?:geo \\$vtip_blocked \\{|    default 0;|    ${ADDRESS} 1;(?: # ${WORDS})?|\\})$`),
  nftables: new RegExp(
    `^(?:(?:add (?:table|set)|flush set|add element) inet vtip.*|\t${ADDRESS},(?: # ${WORDS})?|\\})$`,
  ),
  ipset: new RegExp(
    `^(?:create vtip[46](?:-new)? hash:net family inet6? maxelem 1048576 -exist|(?:flush|destroy) vtip[46]-new|swap vtip([46])-new vtip\\1|add vtip4-new ${V4}|add vtip6-new [\\da-f:]+(?:/\\d+)?|# ${WORDS})$`,
  ),
  "cisco-asa": new RegExp(
    `^(?:(?:no )?object-group network vtip-blocked| network-object (?:host [\\da-f.:]+|[\\d.]+ 255[\\d.]+|[\\da-f:]+/\\d+)|exit|! ${WORDS})$`,
  ),
  mikrotik: new RegExp(
    `^/ipv?6? firewall address-list (?:remove \\[find list="vtip(?:-new)?"\\]|set \\[find list="vtip-new"\\] list="vtip"|add list="vtip-new" address=${ADDRESS}(?: comment="${WORDS}")?)$`,
  ),
};

describe.each(NAMES)("%s", (name) => {
  const feed = feedOf(name);

  test("is as it was", async () => {
    const text = await textOf(feed, SAMPLE, { rules: feed.hasRules });

    await expect(text).toMatchFileSnapshot(
      join(import.meta.dirname, "golden", `${name}.${feed.extension}.txt`),
    );
  });

  test("of nothing is as it was", async () => {
    const text = await textOf(feed, []);

    await expect(text).toMatchFileSnapshot(
      join(import.meta.dirname, "golden", `${name}-empty.${feed.extension}.txt`),
    );
  });

  test("of IPv6 alone names nothing of IPv4, and ends its last line", async () => {
    const text = await textOf(feed, V6_ONLY);

    expect(text).toContain("2a00:1450::5");
    expect(text).toContain("2a00:1450:4001::/48");
    expect(text).not.toMatch(/\b\d+\.\d+\.\d+\.\d+\b/);
    expect(text.endsWith("\n")).toBe(true);
  });

  test("is the same for the same entries", async () => {
    expect(await textOf(feed, SAMPLE, { comments: true })).toBe(
      await textOf(feed, SAMPLE, { comments: true }),
    );
  });

  test("of 30,000 is written as it is read, in small chunks of whole lines", async () => {
    let read = 0;
    function* counted(): Generator<FeedEntry> {
      for (const entry of many(30_000)) {
        read += 1;
        yield entry;
      }
    }
    let chunks = 0;
    let readAtFirst = 0;
    const sizes: number[] = [];
    for await (const chunk of writeFeed(feed, streamOf(counted()), { comments: false, rules: false })) {
      chunks += 1;
      if (chunks === 1) readAtFirst = read;
      if (!chunk.endsWith("\n")) throw new Error(`a chunk ends within a line: ${chunk.slice(-40)}`);
      sizes.push(chunk.length);
    }

    expect(read).toBe(30_000);
    expect(readAtFirst).toBeLessThan(5000);
    expect(chunks).toBeGreaterThan(10);
    expect(Math.max(...sizes)).toBeLessThan(40_000);
  });
});

describe.each(Object.entries(GRAMMAR))("%s", (name, grammar) => {
  const feed = feedOf(name);

  test("is as it was, with comments", async () => {
    const text = await textOf(feed, SAMPLE, { comments: true });

    await expect(text).toMatchFileSnapshot(
      join(import.meta.dirname, "golden", `${name}-comments.${feed.extension}.txt`),
    );
  });

  test("has only lines of its grammar, whatever people and owners are called", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostileText(), { maxLength: 20 }), async (texts) => {
        for (const entries of [SAMPLE, hostileEntries(texts)]) {
          const text = await textOf(feed, entries, { comments: true });
          expect(
            text
              .trimEnd()
              .split("\n")
              .filter((line) => line !== "" && !grammar.test(line)),
          ).toEqual([]);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("lists the same with comments as without", async () => {
    const entries = [...hostileEntries(), ...SAMPLE];

    const withComments = await textOf(feed, entries, { comments: true });

    expect(withComments).toContain("Example LLC");
    expect(withoutComments(name, withComments)).toBe(await textOf(feed, entries));
  });
});

/** As the format itself has comments. */
function withoutComments(name: string, text: string): string {
  switch (name) {
    case "plain":
    case "nginx":
    case "nftables":
      return text.replace(/ # .*/g, "");
    case "mikrotik":
      return text.replace(/ comment="[^"]*"/g, "");
    case "cisco-asa":
      return text.replace(/^! .*\n/gm, "");
    default:
      return text.replace(/^# .*\n/gm, "");
  }
}

function hostileText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.string({ maxLength: 60 }),
  );
}

describe("csv", () => {
  test("gives back each text on one line, and no formula", async () => {
    const entries = hostileEntries();

    const text = await textOf(feedOf("csv"), entries);
    const rows = readCsv(text);

    expect(rows.map((row) => row.length)).toEqual(Array.from({ length: entries.length + 1 }, () => 13));
    expect(rows.slice(1).map(([ip]) => ip)).toEqual(entries.map(({ ip }) => ip));
    expect(text.split("\r\n")).toHaveLength(entries.length + 2);
    expect(rows.flat().filter((field) => /^\s*[=+\-@]/.test(field))).toEqual([]);
  });
});

describe("json", () => {
  test("gives back what it was given", async () => {
    const parsed: unknown = JSON.parse(await textOf(feedOf("json"), [known("45.10.0.1"), bare("45.10.0.9")]));

    expect(parsed).toEqual([
      {
        ip: "45.10.0.1",
        since: "2026-11-20T10:00:00.000Z",
        until: "2026-12-20T10:00:00.000Z",
        by: "slack:U0ANA",
        reason: "scans our mail servers",
        scan: "S-7K3Q",
        detections: 9,
        total: 94,
        engines: ["Acme", "Other"],
        owner: "Example LLC",
        asn: 64_500,
        country: "US",
        link: "https://example.slack.com/archives/C1/p1",
      },
      expect.objectContaining({ ip: "45.10.0.9", since: null, by: null, engines: [] }),
    ]);
  });

  test("gives back hostile text to the letter", async () => {
    const parsed = JSON.parse(await textOf(feedOf("json"), hostileEntries())) as readonly {
      reason: string;
    }[];

    expect(parsed.map(({ reason }) => reason)).toEqual(HOSTILE);
  });
});

test("plain, with hostile comments too, reads back as the list that it was", async () => {
  const entries = [...hostileEntries(), ...SAMPLE];

  const text = await textOf(feedOf("plain"), entries, { comments: true });

  expect(atOnce(toListedBlocks(text)).blocks.map((block) => block.text)).toEqual(entries.map(({ ip }) => ip));
});

test("every format that has comments has a grammar here", () => {
  expect(Object.keys(GRAMMAR).sort()).toEqual(
    FEEDS.filter(({ hasComments }) => hasComments)
      .map(({ name }) => name)
      .sort(),
  );
});

test("a format is found by its name in whatever case", () => {
  expect(findFeed("PLAIN")?.name).toBe("plain");
  expect(findFeed("stix2.1")?.contentType).toBe("application/stix+json;version=2.1");
  expect(findFeed("xml")).toBeNull();
});
