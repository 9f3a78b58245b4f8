import { sql, type Transaction } from "kysely";

import type { Clock } from "../model.ts";
import { isAlive, thisOwner } from "../records/owner.ts";
import type { Records } from "../records/records.ts";
import type { Tables } from "../records/tables.ts";
import { dayOf, monthStartOf } from "./calendar.ts";
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
export async function heldPlaces(
  context: LedgerContext,
  db: Records | Transaction<Tables>,
  keyIds: readonly string[],
  now: number,
) {
  return db
    .selectFrom("key_request")
    .select(["key", "lane", "answered_at"])
    .where("key", "in", keyIds)
    .where((row) => row.or([row("answered_at", "is", null), row("answered_at", ">", now - context.windowMs)]))
    .execute();
}

/** Writes down a place of the key's window; null when there is none for this lane. */
export async function takePlace(
  context: LedgerContext,
  db: Transaction<Tables>,
  key: Key,
  lane: Lane,
  pool: Pool,
): Promise<number | null> {
  const now = context.clock.now();
  await db
    .deleteFrom("key_request")
    .where("key", "=", key.id)
    .where("answered_at", "<=", now - context.windowMs)
    .execute();
  const held = await heldPlaces(context, db, pool.keyIds, now);
  if (held.filter((row) => row.key === key.id).length >= key.perMinute) return null;
  const { lists, spare } = heldBy(held);
  if (lane !== "person" && lists.length >= pool.listPlaces) return null;
  if (lane === "spare" && spare.length >= sparePlaces(pool)) return null;
  const row = { key: key.id, lane, started_at: now, answered_at: null, owner: thisOwner };
  const inserted = await db.insertInto("key_request").values(row).returning("id").executeTakeFirstOrThrow();
  return inserted.id;
}

/** How much later than its timeout a request may end, when the machine is busy. */
const SLACK_MS = 5000;

/**
 * Closes the requests of processes that died: they arrived at the latest now, or when they would have timed out.
 * None lives longer than that, so a row that is older is closed whoever seems to own it: process ids come again.
 */
export async function settleDead({ records, clock, timeoutMs }: LedgerContext): Promise<void> {
  const open = await records.selectFrom("key_request").selectAll().where("answered_at", "is", null).execute();
  const oldest = clock.now() - timeoutMs - SLACK_MS;
  for (const row of open.filter((row) => row.started_at < oldest || !isAlive(row.owner))) {
    const answeredAt = Math.min(clock.now(), row.started_at + timeoutMs);
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
