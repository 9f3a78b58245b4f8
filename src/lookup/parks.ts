import type { Clock } from "../model.ts";
import { isPostgres } from "../records/postgres-only.ts";
import type { Records } from "../records/records.ts";
import type { Key } from "./key.ts";

/** Why a key rests. `until` is null for one that VirusTotal refuses: it rests for good. */
interface Park {
  readonly until: number | null;
  readonly reason: string;
  /** When it began, in ms since 1970. */
  readonly at: number;
}

/** Which keys rest. A time that VirusTotal named is kept over restarts; a refused key is tried once by each process. */
export interface Parks {
  /** After a 429. Without a time from VirusTotal the key rests a window, and twice as long each time in a row. */
  rest(key: Key, retryAfterMs: number | null, reason: string): Promise<void>;
  /** After a 401 or 403. */
  refuse(key: Key, reason: string): Promise<void>;
  /** The key's answer was good: it has no more 429s in a row, and is no longer known as refused. */
  clear(key: Key): Promise<void>;
  of(key: Key): Park | null;
  /** Learns, every second at most, which keys rest since another process was told so. */
  learn(): Promise<void>;
  /** Why an earlier process found the key refused; null when none did, or it was good since. */
  refusedBefore(key: Key): string | null;
}

/** The longest rest that is not VirusTotal's own word. */
const LONGEST_REST_MS = 3_600_000;
/** A rest that VirusTotal names is at least this long, so that a key is not asked in a loop. */
const SHORTEST_REST_MS = 1000;

/** How long what others were told is not looked for again. */
const LEARN_EVERY_MS = 1000;

/** Reads what still rests from the records. */
export async function openParks(records: Records, clock: Clock, windowMs: number): Promise<Parks> {
  const rows = await records.selectFrom("key_park").selectAll().execute();
  const rested = rows.filter((row) => row.refused === 0);
  const parked = new Map<string, Park>(
    rested.map((row) => [row.key, { until: row.until, reason: row.reason, at: row.parked_at }]),
  );
  const refused = new Map(rows.filter((row) => row.refused === 1).map((row) => [row.key, row.reason]));
  const strikes = new Map<string, number>();

  const parkOf = (key: Key) => currentOf(parked, key, clock.now());

  async function park(key: Key, rested: Omit<Park, "at">): Promise<void> {
    const park = { ...rested, at: clock.now() };
    parked.set(key.id, park);
    const row = {
      until: park.until,
      refused: park.until === null ? 1 : 0,
      reason: park.reason,
      parked_at: park.at,
    };
    await records
      .insertInto("key_park")
      .values({ key: key.id, ...row })
      .onConflict((conflict) => conflict.column("key").doUpdateSet(row))
      .execute();
  }

  async function rest(key: Key, retryAfterMs: number | null, reason: string): Promise<void> {
    const current = parkOf(key);
    if (current?.until === null) return;
    // Requests that were under way together get their 429s together: that is one strike.
    if (current === null) strikes.set(key.id, (strikes.get(key.id) ?? 0) + 1);
    const until = clock.now() + toRestMs(strikes.get(key.id) ?? 1, retryAfterMs, windowMs);
    if (current === null || current.until < until) await park(key, { until, reason });
  }

  return {
    rest,
    learn: createLearning(records, clock, parked),
    refuse: async (key, reason) => park(key, { until: null, reason }),
    async clear(key) {
      strikes.delete(key.id);
      if (!refused.delete(key.id)) return;
      await records.deleteFrom("key_park").where("key", "=", key.id).where("refused", "=", 1).execute();
    },
    of: parkOf,
    refusedBefore: (key) => refused.get(key.id) ?? null,
  };
}

/** What the key rests for at this time; null where it does not. A rest is no longer because the clock was set back. */
function currentOf(parked: Map<string, Park>, key: Key, now: number): Park | null {
  const found = parked.get(key.id);
  if (found === undefined) return null;
  const park = isLater(found, now) ? { ...found, until: now + lengthOf(found), at: now } : found;
  parked.set(key.id, park);
  return park.until !== null && park.until <= now ? null : park;
}

/** Machines' clocks differ a little. What began later than that began before this one was set back. */
const CLOCK_SLACK_MS = 5000;

function isLater({ until, at }: Park, now: number): boolean {
  return until !== null && at > now + CLOCK_SLACK_MS;
}

function lengthOf({ until, at }: Park): number {
  return until === null ? 0 : until - at;
}

/** Takes what other processes were told into `parked`. Records that one process has alone need no look. */
function createLearning(records: Records, clock: Clock, parked: Map<string, Park>): () => Promise<void> {
  const areShared = isPostgres(records);
  let learntAt = clock.now();
  return async () => {
    const now = clock.now();
    if (!areShared || Math.abs(now - learntAt) < LEARN_EVERY_MS) return;
    learntAt = now;
    const resting = await records
      .selectFrom("key_park")
      .select(["key", "until", "reason", "parked_at"])
      .where("refused", "=", 0)
      .where("until", ">", now)
      .where("parked_at", "<", now + CLOCK_SLACK_MS)
      .execute();
    for (const { key, until, reason, parked_at: at } of resting) {
      const current = parked.get(key);
      const isLonger = current === undefined || (current.until !== null && current.until < (until ?? 0));
      if (isLonger) parked.set(key, { until, reason, at });
    }
  };
}

/** A time that VirusTotal names is believed twice in a row; when a 429 comes again after it, it was too short. */
function toRestMs(strikes: number, retryAfterMs: number | null, windowMs: number): number {
  const byStrikes = Math.min(windowMs * 2 ** (strikes - 1), LONGEST_REST_MS);
  if (retryAfterMs === null) return byStrikes;
  if (strikes > 2) return Math.max(retryAfterMs, byStrikes);
  return Math.max(retryAfterMs, Math.min(windowMs, SHORTEST_REST_MS));
}
