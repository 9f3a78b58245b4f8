import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { FEEDS } from "../../src/feeds/formats.ts";
import { IPSET_MOST } from "../../src/feeds/ipset.ts";
import { emptyWarnings, SIZE_LIMITS, sizeWarnings } from "../../src/feeds/size-limit.ts";

const DOCS = readFileSync(join(import.meta.dirname, "../../docs/firewalls.md"), "utf8");

describe("a list that is too large", () => {
  test("is told for each product that reads the format, and only there", () => {
    expect(sizeWarnings("plain", 25_000)).toEqual([]);
    expect(sizeWarnings("plain", 25_001)).toEqual([
      "25,001 entries: SonicWall TZ and NSv takes 25,000 and enforces no more.",
    ]);
    expect(sizeWarnings("plain", 1_000_000)).toHaveLength(
      SIZE_LIMITS.filter(({ formats }) => formats.includes("plain")).length,
    );
    expect(sizeWarnings("nginx", 10_000_000)).toEqual([]);
  });

  test("is told for ipset at the size that the file itself sets", () => {
    expect(sizeWarnings("ipset", IPSET_MOST)).toEqual([]);
    expect(sizeWarnings("ipset", IPSET_MOST + 1)).toHaveLength(1);
  });
});

test("an empty list is told where a product would not notice", () => {
  expect(emptyWarnings("plain")).toHaveLength(1);
  expect(emptyWarnings("ipset")).toEqual([]);
});

test.each(SIZE_LIMITS)(
  "$product reads a format that there is, and the documents have its limit and source",
  (limit) => {
    const names = FEEDS.map(({ name }) => name);

    expect(limit.formats.filter((format) => !names.includes(format))).toEqual([]);
    expect(DOCS).toContain(limit.source);
    expect(DOCS).toContain(limit.most.toLocaleString("en-US"));
  },
);

test.each(FEEDS)("the documents have a word on $name", ({ name }) => {
  expect(DOCS).toContain(`\`${name}\``);
});
