import { z } from "zod";

const Count = z.number().int().min(0);
const Day = z.iso.date().describe("In UTC; days without any are left out");

/** Requests of all keys. */
export const UsageByDay = z.array(z.strictObject({ day: Day, used: Count }));

/** Requests of all keys, and of each. */
export const UsageByHour = z.array(
  z.strictObject({
    hour: z.string().describe("In UTC, such as 2026-11-22T08:00Z; hours without any are left out"),
    used: Count,
    keys: z.array(z.strictObject({ name: z.string(), used: Count })),
  }),
);

/** Verdicts of the scans that were begun on a day; an indicator of two scans counts twice. */
export const VerdictsByDay = z.array(
  z.strictObject({ day: Day, unsafe: Count, suspicious: Count, clean: Count, unknown: Count }),
);
