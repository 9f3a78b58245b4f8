import { nextDay, nextMonth } from "./calendar.ts";
import type { Key } from "./key.ts";
import {
  count,
  countHour,
  dropOldHours,
  heldBy,
  hasPlace,
  heldCounts,
  heldPlaces,
  isAskedElsewhere,
  settleDead,
  takePlace,
  usageOf,
  type Lane,
  type LedgerContext,
  type Pool,
  type Usage,
  type Wanted,
} from "./ledger-rows.ts";

/** What the windows of all keys hold now. */
interface Windows {
  /** By key id: when each place that is taken comes free, soonest first; for a request under way, the soonest it can be. */
  readonly freeAt: ReadonlyMap<string, readonly number[]>;
  /** The same for the places that lists hold, and work that nobody waits for, over all keys. */
  readonly listsFreeAt: readonly number[];
  /** The same for those of work that nobody waits for. */
  readonly spareFreeAt: readonly number[];
}

/**
 * The memory of what each key has spent, shared by all processes on the same records. A request is written down
 * before it is sent, so neither a crash nor a second process can take a key over its limits.
 */
export interface Ledger {
  /**
   * Takes one request of `key`: its number, or null when the window, the day or the month has none for this lane.
   * A place of which the database tells late is given back unused, and is none.
   * `elsewhere`: another process asks about the same now, so that its answer needs only be waited for.
   */
  reserve(key: Key, wanted: Wanted, pool: Pool): Promise<number | null | "elsewhere">;
  /** Ids of those of the keys whose window seems to have a place for this lane now: so that no reservation is tried in vain. */
  room(keys: readonly Key[], pool: Pool, lane: Lane): Promise<ReadonlySet<string>>;
  /** The request was answered, or failed: its place comes free one window from now. */
  answered(request: number): Promise<void>;
  /** The request was never sent: place and budget are given back. */
  release(key: Key, request: number): Promise<void>;
  usage(key: Key): Promise<Usage>;
  windows(pool: Pool): Promise<Windows>;
  /** The budget that is used up now and when it begins anew, or null. */
  exhausted(key: Key): Promise<Exhausted | null>;
}

/** A budget that is used up until `until`. */
export interface Exhausted {
  readonly budget: "day" | "month";
  readonly limit: number;
  readonly until: number;
}

/** The number of a request of a key without a window: nothing is kept of it but the count. */
const NOT_KEPT = 0;

const NOTHING_COUNTS: Usage = { day: 0, month: 0 };

/** Opens the ledger; what died with an earlier process under way is closed first. */
export async function openLedger(context: LedgerContext): Promise<Ledger> {
  const { records, clock } = context;
  await settleDead(context);
  await dropOldHours(records, clock.now());
  return {
    reserve: async (key, wanted, pool) => reserve(context, key, wanted, pool),
    room: async (keys, pool, lane) => room(context, keys, pool, lane),
    async answered(request) {
      if (request === NOT_KEPT) return;
      await records
        .updateTable("key_request")
        .set({ answered_at: clock.now() })
        .where("id", "=", request)
        .execute();
    },
    release: async (key, request) => release(context, key, request),
    usage: async (key) => usageOf(records, key, clock.now()),
    windows: async (pool) => windows(context, pool),
    exhausted: async (key) => exhausted(context, key),
  };
}

async function reserve(
  context: LedgerContext,
  key: Key,
  wanted: Wanted,
  pool: Pool,
): Promise<number | null | "elsewhere"> {
  const now = context.clock.now();
  let takenAt = 0;
  const request = await context.records.transaction().execute(async (db) => {
    // Writing first takes SQLite's write lock before anything is read, so two processes cannot both see the last place.
    await count(db, key, now, 1);
    takenAt = performance.now();
    // Of a key without a window nothing is kept by which others could tell.
    if (key.perMinute > 0 && (await isAskedElsewhere(context, db, wanted.name))) {
      await count(db, key, now, -1);
      return "elsewhere";
    }
    const hasBudget = key.perDay > 0 || key.perMonth > 0;
    const used = hasBudget ? await usageOf(db, key, now) : NOTHING_COUNTS;
    const isOver = isAbove(key.perDay, used.day) || isAbove(key.perMonth, used.month);
    const request = isOver
      ? null
      : key.perMinute === 0
        ? NOT_KEPT
        : await takePlace(context, db, key, wanted, pool);
    if (request === null) await count(db, key, now, -1);
    else await countHour(db, key, now, 1);
    return request;
  });
  const isKept = typeof request === "number" && request !== NOT_KEPT;
  if (!isKept || performance.now() - takenAt < context.timeoutMs / 2) return request;
  // The database told so late that others may take the request for answered, or its process for dead.
  await release(context, key, request);
  return null;
}

async function release({ records, clock }: LedgerContext, key: Key, request: number): Promise<void> {
  await records.transaction().execute(async (db) => {
    await count(db, key, clock.now(), -1);
    await countHour(db, key, clock.now(), -1);
    await db.deleteFrom("key_request").where("id", "=", request).execute();
  });
}

async function room(
  context: LedgerContext,
  keys: readonly Key[],
  pool: Pool,
  lane: Lane,
): Promise<ReadonlySet<string>> {
  const windowed = keys.filter(({ perMinute }) => perMinute > 0);
  if (windowed.length === 0) return new Set();
  const held = await heldCounts(context, context.records, pool.keyIds);
  const free = windowed.filter((key) => hasPlace(held, key, lane, pool));
  return new Set(free.map(({ id }) => id));
}

async function windows(context: LedgerContext, pool: Pool): Promise<Windows> {
  await settleDead(context);
  const freeAt = new Map<string, number[]>();
  const now = context.clock.now();
  const rows = await heldPlaces(context, pool.keyIds, now);
  const held = rows
    .map(({ key, lane, answered_at: answeredAt }) => ({
      key,
      lane,
      at: (answeredAt ?? now) + context.windowMs,
    }))
    .toSorted((one, other) => one.at - other.at);
  for (const { key, at } of held) freeAt.set(key, [...(freeAt.get(key) ?? []), at]);
  const { lists, spare } = heldBy(held);
  return { freeAt, listsFreeAt: lists.map(({ at }) => at), spareFreeAt: spare.map(({ at }) => at) };
}

async function exhausted({ records, clock }: LedgerContext, key: Key): Promise<Exhausted | null> {
  const now = clock.now();
  const used = await usageOf(records, key, now);
  if (isAbove(key.perMonth, used.month + 1))
    return { budget: "month", limit: key.perMonth, until: nextMonth(now) };
  if (isAbove(key.perDay, used.day + 1)) return { budget: "day", limit: key.perDay, until: nextDay(now) };
  return null;
}

function isAbove(limit: number, used: number): boolean {
  return limit > 0 && used > limit;
}
