import { array, assert, integer, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";

import { createMeter } from "../../src/demo/standin-windows.ts";

const MINUTE_MS = 60_000;
const NOON = Date.parse("2026-11-21T12:00:00Z");

describe("the sliding window", () => {
  test("takes as many as it may, and the next one when the first is a window old", () => {
    const meter = createMeter({ perMinute: 3 }, MINUTE_MS);
    for (const at of [0, 10_000, 20_000]) meter.count(NOON + at);

    expect(meter.waitMs(NOON + 20_000)).toBe(40_000);
    expect(meter.waitMs(NOON + 59_999)).toBe(1);
    expect(meter.waitMs(NOON + 60_000)).toBe(0);
  });

  test("does not begin anew with the clock's minute", () => {
    const meter = createMeter({ perMinute: 2 }, MINUTE_MS);
    for (const at of [59_000, 59_500]) meter.count(NOON + at);

    expect(meter.waitMs(NOON + 60_001)).toBe(58_999);
  });

  test.each([[undefined], [0]])("a limit of %s is none", (perMinute) => {
    const meter = createMeter(perMinute === undefined ? {} : { perMinute }, MINUTE_MS);
    for (let nth = 0; nth < 25_000; nth += 1) meter.count(NOON);

    expect(meter.waitMs(NOON)).toBe(0);
    expect(meter.worst()).toBe(25_000);
    expect(meter.counted()).toEqual({ taken: 25_000, refused: 0 });
  });

  test("forgets what is old, however many there were", () => {
    const meter = createMeter({ perMinute: 101 }, 100);
    for (let at = 0; at < 30_000; at += 1) meter.count(NOON + at);

    expect(meter.worst()).toBe(100);
    expect(meter.waitMs(NOON + 29_999)).toBe(0);
    meter.count(NOON + 29_999);
    expect(meter.waitMs(NOON + 29_999)).toBe(1);
  });

  test("agrees with counting by hand, for any arrivals", () => {
    const arrivals = array(integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 60 });
    assert(
      property(tuple(integer({ min: 1, max: 5 }), arrivals), ([perMinute, gaps]) => {
        const windowMs = 100;
        const meter = createMeter({ perMinute }, windowMs);
        const taken: number[] = [];
        let now = NOON;
        for (const gap of gaps) {
          now += gap;
          const inWindow = taken.filter((at) => at > now - windowMs).length;
          expect(meter.waitMs(now) === 0).toBe(inWindow < perMinute);
          if (inWindow >= perMinute) continue;
          taken.push(now);
          meter.count(now);
        }
        const worst = Math.max(
          ...taken.map((end) => taken.filter((at) => at > end - windowMs && at <= end).length),
        );
        expect(meter.worst()).toBe(worst);
      }),
    );
  });
});

describe("day and month", () => {
  test("the day's budget comes back at midnight UTC", () => {
    const meter = createMeter({ perDay: 2 }, MINUTE_MS);
    for (const hours of [0, 5]) meter.count(NOON + hours * 3_600_000);

    expect(meter.waitMs(Date.parse("2026-11-21T23:59:00Z"))).toBe(60_000);
    expect(meter.waitMs(Date.parse("2026-11-22T00:00:00Z"))).toBe(0);
  });

  test("the month's budget comes back on the first, also of a new year", () => {
    const meter = createMeter({ perMonth: 1, perDay: 5 }, MINUTE_MS);
    meter.count(Date.parse("2026-12-01T00:00:00Z"));

    expect(meter.waitMs(Date.parse("2026-12-31T23:59:59Z"))).toBe(1000);
    expect(meter.waitMs(Date.parse("2027-01-01T00:00:00Z"))).toBe(0);
  });

  test("what is used is told by hour, day and month", () => {
    const meter = createMeter({}, MINUTE_MS);
    for (const time of ["2026-11-20T10:00:00Z", "2026-11-21T10:00:00Z", "2026-11-21T11:00:00Z"]) {
      meter.count(Date.parse(time));
    }

    expect(meter.used(Date.parse("2026-11-21T11:30:00Z"))).toEqual({ hour: 1, day: 2, month: 3 });
    expect(meter.used(Date.parse("2026-12-01T11:30:00Z"))).toEqual({ hour: 0, day: 0, month: 0 });
  });
});
