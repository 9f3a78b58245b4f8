import { hourOf } from "../lookup/calendar.ts";
import { maskedKey, toKey } from "../lookup/key.ts";
import type { DayUsage, HourUsage } from "../views.ts";
import type { Tools } from "./tools.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 31;
const HOURS = 48;

/** Requests that all keys have used, by day. */
export async function usageByDay({ records, clock }: Tools): Promise<readonly DayUsage[]> {
  const since = new Date(clock.now() - (DAYS - 1) * DAY_MS).toISOString().slice(0, 10);
  return records
    .selectFrom("key_usage")
    .select(["day", (row) => row.fn.sum<number>("used").as("used")])
    .where("day", ">=", since)
    .groupBy("day")
    .orderBy("day")
    .execute();
}

/** Requests by hour, of all keys and of each. */
export async function usageByHour({
  records,
  clock,
  config,
}: Pick<Tools, "records" | "clock" | "config">): Promise<readonly HourUsage[]> {
  const rows = await records
    .selectFrom("key_usage_hour")
    .select(["hour", "key", "used"])
    .where("hour", ">=", hourOf(clock.now() - (HOURS - 1) * HOUR_MS))
    .where("used", ">", 0)
    .orderBy("hour")
    .execute();
  const names = new Map(config.keys.map((key) => [toKey(key).id, maskedKey(key)]));
  const hours = new Map<string, { readonly name: string; readonly used: number }[]>();
  for (const { hour, key, used } of rows) {
    const keys = hours.get(hour) ?? [];
    keys.push({ name: names.get(key) ?? "a key of before", used });
    hours.set(hour, keys);
  }
  return [...hours].map(([hour, keys]) => ({
    hour: `${hour}:00Z`,
    used: keys.reduce((sum, { used }) => sum + used, 0),
    keys,
  }));
}
