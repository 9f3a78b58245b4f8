import { describe, expect, test } from "vitest";

import { wordClosure, wordCosts } from "../../src/cards/costs.ts";
import type { Budget, Plan } from "../../src/model.ts";

const AT = Date.parse("2026-11-21T10:00:00Z");
const MIDNIGHT = Date.parse("2026-11-22T00:00:00Z");
const DECEMBER = Date.parse("2026-12-01T00:00:00Z");
const HOUR_MS = 3_600_000;

const BUDGET: Budget = {
  keys: 1,
  listPlaces: 3,
  windowMs: 60_000,
  left: 500,
  renewsAt: MIDNIGHT,
  isMonthUsed: false,
  perDay: 500,
  perMonth: 15_500,
};

function plan(toLookUp: number, budget: Partial<Budget> = {}, durationMs = HOUR_MS): Plan {
  const beside = { indicators: toLookUp, cached: 0, skipped: 0, rejected: 0 };
  return { ...beside, toLookUp, durationMs, budget: { ...BUDGET, ...budget } };
}

describe("what a plan costs", () => {
  test.each([
    ["nothing where all is cached", plan(0), "Everything is cached: no request is needed."],
    ["no key", plan(9, { keys: 0, renewsAt: null }), "No key can be asked now."],
    [
      "what is left today",
      plan(250),
      "1 key · about 60 min, ends today, 2026-11-21 · 50 % of today's quota · 2 % of this month's",
    ],
    [
      "a scan over midnight",
      plan(250, { keys: 2 }, 15 * HOUR_MS),
      "2 keys · about 15 h, ends on 2026-11-22 · 50 % of today's quota · 2 % of this month's",
    ],
    [
      "more than is left today",
      plan(750, { left: 250 }),
      "1 key · only 250 are left today: it goes on at 00:00 UTC and would end on 2026-11-22 · 150 % of today's quota · 5 % of this month's",
    ],
    [
      "more than a day has",
      plan(1260, { left: 250 }),
      "1 key · only 250 are left today: it goes on at 00:00 UTC and would end on 2026-11-24 · 252 % of today's quota · 8 % of this month's",
    ],
    [
      "more than is left this month",
      plan(600, { left: 10, isMonthUsed: true, renewsAt: DECEMBER }),
      "1 key · only 10 are left this month: it goes on at 2026-12-01 00:00 UTC and would end on 2026-12-02 · 120 % of today's quota · 4 % of this month's",
    ],
    [
      "a month's limit alone",
      plan(150, {
        left: 100,
        perDay: Number.POSITIVE_INFINITY,
        perMonth: 100,
        isMonthUsed: true,
        renewsAt: DECEMBER,
      }),
      "1 key · only 100 are left this month: it goes on at 2026-12-01 00:00 UTC and would end on 2026-12-01 · 150 % of this month's",
    ],
    [
      "no limit at all",
      plan(150, {
        left: Number.POSITIVE_INFINITY,
        perDay: Number.POSITIVE_INFINITY,
        perMonth: Number.POSITIVE_INFINITY,
        renewsAt: null,
      }),
      "1 key · about 60 min, ends today, 2026-11-21",
    ],
  ])("%s", (_, planned, words) => {
    expect(wordCosts(planned, AT)).toBe(words);
  });
});

test.each([
  [
    { kind: "window", reason: "all requests of this minute are used", until: AT + 20_000 },
    "all requests of this minute are used, goes on within the minute",
  ],
  [
    { kind: "budget", reason: "all 500 requests of today are used", until: MIDNIGHT },
    "day's quota used (all 500 requests of today are used), goes on at 00:00 UTC",
  ],
  [
    { kind: "budget", reason: "all 900 requests of this month are used", until: DECEMBER },
    "month's quota used (all 900 requests of this month are used), goes on at 2026-12-01 00:00 UTC",
  ],
  [
    { kind: "rest", reason: "VirusTotal asks for a rest", until: AT + HOUR_MS },
    "VirusTotal asks for a rest, goes on at 2026-11-21 11:00 UTC",
  ],
  [{ kind: "rest", reason: "every key is refused", until: null }, "every key is refused"],
] as const)("why a scan waits: %j", (closure, words) => {
  expect(wordClosure(closure)).toBe(words);
});
