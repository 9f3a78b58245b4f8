import { describe, expect, test } from "vitest";

import { toRetryAfterMs } from "../../src/lookup/retry-after.ts";

const NOW = Date.parse("2026-11-21T10:00:00Z");
const DAYS_31_MS = 31 * 24 * 3_600_000;

describe("Retry-After", () => {
  test.each([
    ["seconds", "120", 120_000],
    ["seconds with spaces around", " 7 ", 7000],
    ["a fraction of a second", "0.5", 500],
    ["zero", "0", 0],
    ["a negative number", "-5", 0],
    ["an HTTP date", "Sat, 21 Nov 2026 10:02:00 GMT", 120_000],
    ["an HTTP date that has passed", "Sat, 21 Nov 2026 09:00:00 GMT", 0],
    ["the date of RFC 850", "Saturday, 21-Nov-26 10:00:30 GMT", 30_000],
    ["the date of asctime, which is UTC", "Sat Nov 21 10:00:30 2026", 30_000],
    ["more than 31 days in seconds", "99999999999999999999", DAYS_31_MS],
    ["more than 31 days by date", "Sat, 21 Nov 2099 10:02:00 GMT", DAYS_31_MS],
  ])("%s: %s is understood", (_, header, waitMs) => {
    expect(toRetryAfterMs(header, NOW)).toBe(waitMs);
  });

  test.each([
    ["nothing", undefined],
    ["an empty header", ""],
    ["a word", "soon"],
    ["a number with a unit", "60s"],
    ["what Date.parse would take for a year", "Nov 2026"],
    ["a date without its time zone", "Sat, 21 Nov 2026 10:02:00"],
    ["a day that no month has", "Sat, 99 Nov 2026 10:02:00 GMT"],
    ["a page", "<html><title>429</title></html>"],
  ])("%s says nothing", (_, header) => {
    expect(toRetryAfterMs(header, NOW)).toBeNull();
  });

  test("of several headers the first one counts", () => {
    expect(toRetryAfterMs(["3", "900"], NOW)).toBe(3000);
  });
});
