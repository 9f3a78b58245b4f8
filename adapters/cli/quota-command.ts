import { wordTime } from "../../src/card.ts";
import type { KeyQuota } from "../../src/contract.ts";
import { withCore, type CliContext } from "./scan-command.ts";

/** Shows what each key has used and left, and why one rests. */
export async function quotaCommand(context: CliContext): Promise<number> {
  return withCore(context, undefined, async (core) => {
    const keys = await core.quota();
    if (keys.length === 0) context.terminal.say("No API key: set VT_APIKEY1 in the environment or in .env.");
    for (const key of keys) await context.terminal.print(toLine(key));
    return keys.length === 0 ? 3 : 0;
  });
}

function toLine(key: KeyQuota): string {
  const minute =
    key.perMinute === null ? "no limit a minute" : `minute ${key.minuteLeft} of ${key.perMinute} left`;
  const day = wordBudget("today", key.usedToday, key.perDay);
  const month = wordBudget("this month", key.usedThisMonth, key.perMonth);
  return [`${key.name}: ${minute}`, day, month, ...wordPark(key)].join(" · ");
}

function wordBudget(when: string, used: number, limit: number | null): string {
  if (limit === null) return `${when} ${used} used, no limit`;
  return `${when} ${used} of ${limit} used, ${Math.max(0, limit - used)} left`;
}

function wordPark({ parked, parkedUntil, refusedBefore }: KeyQuota): string[] {
  if (parked === null && refusedBefore !== null)
    return [`${refusedBefore} (the next look-up tries it again)`];
  if (parked === null) return ["days and months begin at 00:00 UTC"];
  return [`rests${parkedUntil === null ? "" : ` until ${wordTime(parkedUntil)}`}: ${parked}`];
}
