import { assert, constantFrom, dictionary, jsonValue, oneof, property } from "fast-check";
import { expect, test } from "vitest";

import { toFacts } from "../../src/lookup/virustotal-schema.ts";
import type { Indicator } from "../../src/model.ts";

const IP: Indicator = { kind: "ip", value: "203.0.113.9" };

const NAMES = [
  "last_analysis_stats",
  "last_analysis_results",
  "last_analysis_date",
  "as_owner",
  "asn",
  "country",
  "network",
  "reputation",
  "tags",
  "__proto__",
  "whois",
];

test("whatever JSON comes, nothing is thrown, and the stats are null or counts", () => {
  const attributes = dictionary(constantFrom(...NAMES), jsonValue({ maxDepth: 3 }));
  const right = attributes.map((found) => ({
    data: { id: IP.value, type: "ip_address", attributes: found },
  }));

  assert(
    property(oneof(right, jsonValue()), (body) => {
      const facts = toFacts(JSON.parse(JSON.stringify(body)), IP);
      const counts = Object.values(facts?.stats ?? {});

      expect(counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
      expect(facts?.stats == null || counts.some((count) => count > 0)).toBe(true);
      expect(facts?.flaggedBy.every(({ engine }) => engine !== "")).not.toBe(false);
    }),
  );
});

test("what engines say is bounded", () => {
  const results = Object.fromEntries(
    Array.from({ length: 2000 }, (_, n) => [`Engine ${n}`, { category: "malicious" }]),
  );
  const tags = Array.from({ length: 2000 }, (_, n) => `tag ${n}`);
  const attributes = { last_analysis_results: results, tags };

  const facts = toFacts({ data: { id: IP.value, type: "ip_address", attributes } }, IP);

  expect(facts?.flaggedBy).toHaveLength(500);
  expect(facts?.tags).toHaveLength(100);
});
