import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { EngineStats } from "../../src/model.ts";
import { score } from "../../src/report/score.ts";
import { judge, judgeAnswer, wordRule } from "../../src/report/verdict.ts";
import { factsWith, rule, statsOf } from "./results.ts";

describe("a verdict", () => {
  it.each([
    ["unsafe above the limit", statsOf(3, 1, 90), "unsafe", "4/94"],
    ["suspicious at the limit", statsOf(2, 1, 91), "suspicious", "3/94"],
    ["suspicious with a single detection", statsOf(0, 1, 0), "suspicious", "1/1"],
    ["clean without detections", statsOf(0, 0, 60, 34), "clean", "0/94"],
    [
      "clean when only the categories that do not count are there beside a zero",
      { malicious: 0, timeout: 5 },
      "clean",
      "0/5",
    ],
    [
      "counting every category in the total",
      { malicious: 4, failure: 1, "type-unsupported": 4 },
      "unsafe",
      "4/9",
    ],
    ["unknown without stats", null, "unknown", undefined],
    ["unknown when all counters are zero", statsOf(0, 0, 0), "unknown", undefined],
    ["unknown when there are no counters", {}, "unknown", undefined],
    ["unknown when no category that counts is there", { harmless: 60 }, "unknown", undefined],
    ["unknown when a counter is no number", { malicious: Number.NaN, harmless: 60 }, "unknown", undefined],
    ["unknown when a counter is negative", { malicious: -1, harmless: 60 }, "unknown", undefined],
  ] satisfies readonly (readonly [string, EngineStats | null, string, string | undefined])[])(
    "is %s",
    (_case, stats, status, text) => {
      const facts = factsWith({ stats });

      expect(judge(facts, rule)).toBe(status);
      expect(score(facts, rule)?.text).toBe(text);
    },
  );

  it("is unknown when VirusTotal has no record", () => {
    expect(judge(null, rule)).toBe("unknown");
    expect(score(null, rule)).toBeNull();
  });

  it("follows the rule that it is given", () => {
    const facts = factsWith({ stats: statsOf(1, 5, 60) });

    expect(judge(facts, { unsafeAbove: 0, countAsDetection: ["malicious"] })).toBe("unsafe");
    expect(judge(facts, { unsafeAbove: 1, countAsDetection: ["malicious"] })).toBe("suspicious");
  });

  it("counts a category once when the rule names it twice", () => {
    const twice = { unsafeAbove: 3, countAsDetection: ["malicious", "malicious"] };

    expect(score(factsWith({ stats: statsOf(2, 0, 8) }), twice)?.text).toBe("2/10");
  });

  it("is never read out of a name that every object has", () => {
    const rule = { unsafeAbove: 3, countAsDetection: ["constructor"] };

    expect(judge(factsWith({ stats: { harmless: 3 } }), rule)).toBe("unknown");
  });

  it("takes the outcome of a look-up as it is", () => {
    const answered = { outcome: "answered", facts: factsWith(), checkedAt: 1, cached: false } as const;

    expect(judgeAnswer(answered, rule)).toBe("unsafe");
    expect(judgeAnswer({ ...answered, facts: null }, rule)).toBe("unknown");
    expect(judgeAnswer({ outcome: "failed", code: "ForbiddenError", reason: "no" }, rule)).toBe("failed");
    expect(judgeAnswer({ outcome: "skipped", cause: "never", reason: "private" }, rule)).toBe("skipped");
  });

  it("agrees with its own counters, whatever they are", () => {
    const categories = ["malicious", "suspicious", "harmless", "undetected", "timeout", "failure"];
    const stats = fc.dictionary(fc.constantFrom(...categories), fc.nat({ max: 90 }));
    const rules = fc.record({
      unsafeAbove: fc.nat({ max: 10 }),
      countAsDetection: fc.subarray(categories, { minLength: 1 }),
    });

    fc.assert(
      fc.property(stats, rules, (stats, rule) => {
        const facts = factsWith({ stats });
        const found = score(facts, rule);
        const status = judge(facts, rule);
        const sum = Object.values(stats).reduce((all, count) => all + count, 0);
        if (found === null) return status === "unknown";
        expect(found.total).toBe(sum);
        expect(found.detections).toBeLessThanOrEqual(found.total);
        expect(found.text).toBe(`${found.detections}/${found.total}`);
        if (status === "clean") expect(found.detections).toBe(0);
        return (status === "unsafe") === found.detections > rule.unsafeAbove && status !== "unknown";
      }),
    );
  });

  it("is explained in words", () => {
    expect(wordRule(rule)).toBe("unsafe = more than 3 of: malicious, suspicious");
  });
});
