import { expect, test } from "vitest";

import { dayOf, monthStartOf, nextDay, nextMonth } from "../../src/lookup/calendar.ts";

test.each([
  [
    "2026-11-21T23:59:59.999Z",
    "2026-11-21",
    "2026-11-01",
    "2026-11-22T00:00:00.000Z",
    "2026-12-01T00:00:00.000Z",
  ],
  [
    "2026-12-31T12:00:00.000Z",
    "2026-12-31",
    "2026-12-01",
    "2027-01-01T00:00:00.000Z",
    "2027-01-01T00:00:00.000Z",
  ],
  [
    "2028-02-29T00:00:00.000Z",
    "2028-02-29",
    "2028-02-01",
    "2028-03-01T00:00:00.000Z",
    "2028-03-01T00:00:00.000Z",
  ],
])("days and months of %s are those of UTC", (at, day, month, tomorrow, next) => {
  const timeMs = Date.parse(at);

  expect(dayOf(timeMs)).toBe(day);
  expect(monthStartOf(timeMs)).toBe(month);
  expect(new Date(nextDay(timeMs)).toISOString()).toBe(tomorrow);
  expect(new Date(nextMonth(timeMs)).toISOString()).toBe(next);
});
