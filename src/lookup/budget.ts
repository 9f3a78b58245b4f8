import type { Budget, Clock, KeyQuota } from "../model.ts";
import { endsAtMidnight, nextDay, nextMonth } from "./calendar.ts";
import { maskedKey, type Key } from "./key.ts";
import type { Pool } from "./ledger-rows.ts";
import type { Ledger } from "./ledger.ts";
import type { Parks } from "./parks.ts";

export interface BudgetTools {
  readonly keys: readonly Key[];
  readonly ledger: Ledger;
  readonly parks: Parks;
  readonly windowMs: number;
  readonly interactiveReserve: number;
  readonly clock: Clock;
}

/** The keys that can be asked, and how many of their places lists may hold: never none, so that lists always go on. */
export function toPool(keys: readonly Key[], interactiveReserve: number): Pool {
  const limits = keys.map((key) => key.perMinute);
  const total = limits.includes(0) ? Number.POSITIVE_INFINITY : limits.reduce((sum, limit) => sum + limit, 0);
  return {
    keyIds: keys.map((key) => key.id),
    listPlaces: Math.max(Math.min(total, 1), total - interactiveReserve),
  };
}

/** What each key has used and left, in the order in which they are set. */
export async function readQuota(tools: BudgetTools): Promise<readonly KeyQuota[]> {
  const { keys, ledger, parks } = tools;
  const windows = await ledger.windows(toPool(keys, 0));
  return Promise.all(
    keys.map(async (key) => {
      const used = await ledger.usage(key);
      const exhausted = await ledger.exhausted(key);
      const park = parks.of(key);
      const held = windows.freeAt.get(key.id)?.length ?? 0;
      return {
        name: maskedKey(key),
        perMinute: orNull(key.perMinute),
        minuteLeft: key.perMinute === 0 ? null : Math.max(0, key.perMinute - held),
        perDay: orNull(key.perDay),
        usedToday: used.day,
        perMonth: orNull(key.perMonth),
        usedThisMonth: used.month,
        parked:
          park?.reason ??
          (exhausted === null ? null : `the ${exhausted.budget}'s ${exhausted.limit} requests are used`),
        parkedUntil: park === null ? (exhausted?.until ?? null) : park.until,
        refusedBefore: parks.refusedBefore(key),
      };
    }),
  );
}

/** What may be spent now. */
export async function readBudget(tools: BudgetTools): Promise<Budget> {
  const quota = await readQuota(tools);
  const open = tools.keys.filter((_, at) => quota[at]?.parked === null);
  const now = tools.clock.now();
  const left = quota.filter((key) => goesOnToday(key, now)).reduce((sum, key) => sum + leftOf(key), 0);
  const renewals = quota.flatMap((key) => renewalOf(key, now));
  const renewsAt = renewals.length === 0 ? null : Math.min(...renewals);
  return {
    keys: open.length,
    listPlaces: toPool(open, tools.interactiveReserve).listPlaces,
    windowMs: tools.windowMs,
    left,
    renewsAt,
    isMonthUsed: renewsAt !== null && renewsAt > nextDay(now),
    perDay: quota.reduce((sum, key) => sum + (key.perDay ?? Number.POSITIVE_INFINITY), 0),
    perMonth: quota.reduce((sum, key) => sum + (key.perMonth ?? Number.POSITIVE_INFINITY), 0),
  };
}

/** Whether a key can be asked, or rests for less than the day: what it has left is only waited for. */
function goesOnToday({ parked, parkedUntil }: KeyQuota, now: number): boolean {
  return (
    parked === null ||
    (parkedUntil !== null && !endsAtMidnight(parkedUntil, now) && parkedUntil < nextDay(now))
  );
}

/** When what is left of a key's budgets grows again; nothing for a key that has none, or is refused. */
function renewalOf(key: KeyQuota, now: number): number[] {
  const isRefused = key.parked !== null && key.parkedUntil === null;
  if (isRefused || (key.perDay === null && key.perMonth === null)) return [];
  const monthLeft = key.perMonth === null ? Number.POSITIVE_INFINITY : key.perMonth - key.usedThisMonth;
  const dayLeft = key.perDay === null ? Number.POSITIVE_INFINITY : key.perDay - key.usedToday;
  return [monthLeft <= dayLeft ? nextMonth(now) : nextDay(now)];
}

function leftOf(key: KeyQuota): number {
  const today = key.perDay === null ? Number.POSITIVE_INFINITY : key.perDay - key.usedToday;
  const month = key.perMonth === null ? Number.POSITIVE_INFINITY : key.perMonth - key.usedThisMonth;
  return Math.max(0, Math.min(today, month));
}

function orNull(limit: number): number | null {
  return limit === 0 ? null : limit;
}
