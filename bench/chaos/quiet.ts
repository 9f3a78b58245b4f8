import { sql } from "kysely";

import type { Records } from "../../src/records/records.ts";
import { nextMidnight, nextMonth } from "./calendar.ts";
import type { House } from "./house.ts";
import { readBoard } from "./messages.ts";
import { sleep } from "./patience.ts";
import { PER_DAY, PER_MONTH } from "./virustotal.ts";

/** Rows that something is still to be done about, by what they are. */
type Left = Readonly<Record<string, number>>;

const LOOK_MS = 200;
/** So long nothing may have been asked before it is looked whether a budget is used up. */
const STILL_MS = 6000;

/**
 * Waits until nothing is left to be done, as people do: who is asked whether a large scan is to begin says yes, and when
 * a day's or month's requests are used up the next one comes. Resolves to what is left after `withinMs`.
 */
export async function becomesQuiet(house: House, withinMs: number): Promise<Left> {
  for (const end = performance.now() + withinMs; ;) {
    const left = { ...(await readAway(house)), ...(await readLeft(house.records())) };
    if (Object.keys(left).length === 0 || performance.now() > end) return left;
    if (PLANNED in left) await pressStart(house);
    await passTheDay(house);
    await sleep(LOOK_MS);
  }
}

/** Ways on which nobody is there. */
async function readAway({ slack, discord, httpUrl }: House): Promise<Left> {
  const isHttpThere = await fetch(`${httpUrl}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );
  return {
    ...(slack.isHeard() ? {} : { "way to Slack": 1 }),
    ...(discord.isHeard() ? {} : { "way to Discord": 1 }),
    ...(isHttpThere ? {} : { "way over HTTP": 1 }),
  };
}

const PLANNED = "scans that wait for Start";

/** The console shows what is decided by itself: it has no cards. */
async function readLeft(records: Records | null): Promise<Left> {
  if (records === null) return { "records that are not made": 1 };
  const { rows } = await sql<{ readonly what: string; readonly many: number }>`
    select 'requests of chat' as what, count(*) as many from request where state = 'open'
    union all select ${PLANNED}, count(*) from scan where state = 'planned'
    union all select 'scans that are not reported', count(*) from scan
      where conversation is not null and state not in ('planned', 'draft') and (reported = 0 or state = 'running')
    union all select 'posts', count(*) from post where state = 'pending'
    union all select 'changes of the list', count(*) from list_change where state = 'open'
    union all select 'cards that show an older state', count(*) from proposal
      where state <> shown and conversation not like 'http:%'
  `.execute(records);
  return Object.fromEntries(rows.filter(({ many }) => many > 0).map(({ what, many }) => [what, many]));
}

async function pressStart(house: House): Promise<void> {
  for (const platform of [house.slack, house.discord]) {
    const waiting = readBoard(platform).all.filter(({ buttons }) =>
      buttons.some((label) => label.endsWith("Start")),
    );
    for (const message of waiting) {
      // It may be gone since, or nobody there to hear it; then it is pressed again.
      if (platform.isHeard()) await platform.click("bob", message, "Start").catch(() => undefined);
    }
  }
  const records = house.records();
  const planned = await records
    ?.selectFrom("scan")
    .select("id")
    .where("state", "=", "planned")
    .where("conversation", "like", "http:%")
    .execute();
  for (const { id } of planned ?? []) {
    await fetch(`${house.httpUrl}/api/scans/${id}/start`, { method: "POST" }).catch(() => undefined);
  }
}

/** Sets the clock forward where all wait for the next day or month. */
async function passTheDay({ virustotal, clock, records }: House): Promise<void> {
  const open = records();
  if (open === null || performance.now() - virustotal.lastMs() < STILL_MS) return;
  const today = new Date(clock.now()).toISOString().slice(0, 10);
  const used = await open
    .selectFrom("key_usage")
    .select([
      "key",
      sql<number>`sum(used)`.as("month"),
      sql<number>`max(case when day = ${today} then used else 0 end)`.as("day"),
    ])
    .where("day", ">=", `${today.slice(0, 7)}-01`)
    .groupBy("key")
    .execute();
  const isUsedUp = ({ day, month }: (typeof used)[number]) => day >= PER_DAY || month >= PER_MONTH;
  if (used.length === 0 || !used.every(isUsedUp)) return;
  const isMonth = used.every(({ month }) => month >= PER_MONTH);
  clock.moveTo(isMonth ? nextMonth(clock.now()) : nextMidnight(clock.now()));
}
