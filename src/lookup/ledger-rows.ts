import { sql, type Transaction } from "kysely";

import type { Clock } from "../model.ts";
import { isAlive, thisOwner } from "../records/owner.ts";
import type { Records } from "../records/records.ts";
import type { Tables } from "../records/tables.ts";
import { dayOf, hourOf, monthStartOf } from "./calendar.ts";
import type { Key } from "./key.ts";

/** Who waits: one person for one answer, a list, or nobody: what is spare then may be used to look something up again. */
export type Lane = "person" | "list" | "spare";

/** Requests that a key has spent on this UTC day and in this UTC month. */
export interface Usage {
  readonly day: number;
  readonly month: number;
}

/** What the rows of the ledger are read and written with. */
export interface LedgerContext {
  readonly records: Records;
  readonly clock: Clock;
  readonly windowMs: number;
  /** Bounds how long a request of a process that died can have been under way. */
  readonly timeoutMs: number;
}

/** The keys that can be asked now. Lists may hold `listPlaces` of all their places together; the rest is kept for people. */
export interface Pool {
  readonly keyIds: readonly string[];
  readonly listPlaces: number;
}

/** Of the places that lists may hold: work that nobody waits for leaves half of them, where there is more than one, to who comes next. */
export function sparePlaces({ listPlaces }: Pool): number {
  return Math.max(1, Math.floor(listPlaces / 2));
}

/** The rows that count against the places of lists, and those of them that count against what is spare. */
export function heldBy<Row extends { readonly lane: Lane }>(
  rows: readonly Row[],
): { readonly lists: readonly Row[]; readonly spare: readonly Row[] } {
  return {
    lists: rows.filter(({ lane }) => lane !== "person"),
    spare: rows.filter(({ lane }) => lane === "spare"),
  };
}

/** Rows of `key_request` that hold a place of a window at `now`. */
export async function heldPlaces(context: LedgerContext, keyIds: readonly string[], now: number) {
  return holding(context, context.records, keyIds, now).select(["key", "lane", "answered_at"]).execute();
}

/** So many places of a key are held by work of one lane. */
interface Held {
  readonly key: string;
  readonly lane: Lane;
  readonly places: number;
}

/** The same, counted by the database: a window may hold hundreds. */
export async function heldCounts(
  context: LedgerContext,
  db: Records | Transaction<Tables>,
  keyIds: readonly string[],
): Promise<readonly Held[]> {
  return holding(context, db, keyIds, context.clock.now())
    .select(["key", "lane", (row) => row.fn.countAll<number>().as("places")])
    .groupBy(["key", "lane"])
    .execute();
}

function holding(
  { windowMs }: LedgerContext,
  db: Records | Transaction<Tables>,
  keyIds: readonly string[],
  now: number,
) {
  return db
    .selectFrom("key_request")
    .where("key", "in", keyIds)
    .where((row) => row.or([row("answered_at", "is", null), row("answered_at", ">", now - windowMs)]));
}

/** Whether the key's window has a place for this lane, beside what is held of all keys. */
export function hasPlace(held: readonly Held[], key: Key, lane: Lane, pool: Pool): boolean {
  if (sumOf(held.filter((row) => row.key === key.id)) >= key.perMinute) return false;
  const { lists, spare } = heldBy(held);
  if (lane !== "person" && sumOf(lists) >= pool.listPlaces) return false;
  return lane !== "spare" || sumOf(spare) < sparePlaces(pool);
}

function sumOf(held: readonly Held[]): number {
  return held.reduce((sum, { places }) => sum + places, 0);
}

/** What a request is for. */
export interface Wanted {
  readonly lane: Lane;
  /** The indicator, as the cache names it. */
  readonly name: string;
}

/** An answer is kept for others just before or after its request is closed, and clocks of machines differ a little. */
export const JUST_ANSWERED_MS = 2000;

/** Whether another process asks about the same now, or has just been answered. */
export async function isAskedElsewhere(
  { clock, timeoutMs }: LedgerContext,
  db: Transaction<Tables>,
  name: string,
): Promise<boolean> {
  const rows = await db
    .selectFrom("key_request")
    .select(["owner", "answered_at"])
    .where("indicator", "=", name)
    .where("started_at", ">", clock.now() - timeoutMs - SLACK_MS)
    .where("owner", "<>", thisOwner)
    .execute();
  const agoMs = (answeredAt: number) => Math.abs(clock.now() - answeredAt);
  return rows.some(({ owner, answered_at: answeredAt }) =>
    answeredAt === null ? isAlive(owner) : agoMs(answeredAt) < JUST_ANSWERED_MS,
  );
}

/** Writes down a place of the key's window; null when there is none for this lane. */
export async function takePlace(
  context: LedgerContext,
  db: Transaction<Tables>,
  key: Key,
  { lane, name }: Wanted,
  pool: Pool,
): Promise<number | null> {
  const now = context.clock.now();
  await db
    .deleteFrom("key_request")
    .where("key", "=", key.id)
    .where("answered_at", "<=", now - context.windowMs)
    .execute();
  const held = await heldCounts(context, db, pool.keyIds);
  if (!hasPlace(held, key, lane, pool)) return null;
  const row = { key: key.id, lane, started_at: now, answered_at: null, owner: thisOwner, indicator: name };
  const inserted = await db.insertInto("key_request").values(row).returning("id").executeTakeFirstOrThrow();
  return inserted.id;
}

/** How much later than its timeout a request may end, when the machine is busy. */
const SLACK_MS = 5000;

/**
 * What was answered later than now was answered before the clock was set back: its place comes free one window from now.
 * Closes the requests of processes that died: they arrived at the latest now, or when they would have timed out.
 * None lives longer than that, so a row that is older is closed whoever seems to own it: process ids come again.
 */
export async function settleDead({ records, clock, timeoutMs }: LedgerContext): Promise<void> {
  const now = clock.now();
  const open = await records
    .selectFrom("key_request")
    .selectAll()
    .where((row) => row.or([row("answered_at", "is", null), row("answered_at", ">", now + JUST_ANSWERED_MS)]))
    .execute();
  const oldest = now - timeoutMs - SLACK_MS;
  const isOver = ({ answered_at: answeredAt, started_at: startedAt, owner }: (typeof open)[number]) =>
    answeredAt !== null || startedAt < oldest || !isAlive(owner);
  for (const row of open.filter(isOver)) {
    const answeredAt = Math.min(now, row.started_at + timeoutMs);
    await records
      .updateTable("key_request")
      .set({ answered_at: answeredAt })
      .where("id", "=", row.id)
      .execute();
  }
}

/** Adds `by` to what the key has spent today. */
export async function count(db: Transaction<Tables>, key: Key, now: number, by: 1 | -1): Promise<void> {
  await db
    .insertInto("key_usage")
    .values({ key: key.id, day: dayOf(now), used: Math.max(by, 0) })
    .onConflict((row) =>
      row.columns(["key", "day"]).doUpdateSet({ used: sql<number>`key_usage.used + ${by}` }),
    )
    .execute();
}

/** Adds `by` to what the key has spent in this hour. No budget hangs on it: it is for people to look at. */
export async function countHour(db: Transaction<Tables>, key: Key, now: number, by: 1 | -1): Promise<void> {
  await db
    .insertInto("key_usage_hour")
    .values({ hour: hourOf(now), key: key.id, used: Math.max(by, 0) })
    .onConflict((row) =>
      row.columns(["hour", "key"]).doUpdateSet({ used: sql<number>`key_usage_hour.used + ${by}` }),
    )
    .execute();
}

const HOURS_KEPT_MS = 31 * 86_400_000;

/** Removes the hours that nobody looks at any more. */
export async function dropOldHours(db: Records | Transaction<Tables>, now: number): Promise<void> {
  await db
    .deleteFrom("key_usage_hour")
    .where("hour", "<", hourOf(now - HOURS_KEPT_MS))
    .execute();
}

/** What the key has spent, by UTC day and month. */
export async function usageOf(db: Records | Transaction<Tables>, key: Key, now: number): Promise<Usage> {
  const today = dayOf(now);
  const rows = await db
    .selectFrom("key_usage")
    .select(["day", "used"])
    .where("key", "=", key.id)
    .where("day", ">=", monthStartOf(now))
    .where("day", "<=", today)
    .execute();
  return {
    day: rows.find((row) => row.day === today)?.used ?? 0,
    month: rows.reduce((sum, row) => sum + row.used, 0),
  };
}
