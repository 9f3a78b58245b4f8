import type { Clock } from "../model.ts";
import type { Records } from "../records/records.ts";
import type { Key } from "./key.ts";

/** Why a key rests. `until` is null for one that VirusTotal refuses: it rests for good. */
interface Park {
  readonly until: number | null;
  readonly reason: string;
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
  /** Why an earlier process found the key refused; null when none did, or it was good since. */
  refusedBefore(key: Key): string | null;
}

/** The longest rest that is not VirusTotal's own word. */
const LONGEST_REST_MS = 3_600_000;
/** A rest that VirusTotal names is at least this long, so that a key is not asked in a loop. */
const SHORTEST_REST_MS = 1000;

/** Reads what still rests from the records. */
export async function openParks(records: Records, clock: Clock, windowMs: number): Promise<Parks> {
  const rows = await records.selectFrom("key_park").selectAll().execute();
  const rested = rows.filter((row) => row.refused === 0);
  const parked = new Map<string, Park>(
    rested.map((row) => [row.key, { until: row.until, reason: row.reason }]),
  );
  const refused = new Map(rows.filter((row) => row.refused === 1).map((row) => [row.key, row.reason]));
  const strikes = new Map<string, number>();

  function parkOf(key: Key): Park | null {
    const park = parked.get(key.id);
    if (park === undefined) return null;
    return park.until !== null && park.until <= clock.now() ? null : park;
  }

  async function park(key: Key, park: Park): Promise<void> {
    parked.set(key.id, park);
    const row = {
      until: park.until,
      refused: park.until === null ? 1 : 0,
      reason: park.reason,
      parked_at: clock.now(),
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

/** A time that VirusTotal names is believed twice in a row; when a 429 comes again after it, it was too short. */
function toRestMs(strikes: number, retryAfterMs: number | null, windowMs: number): number {
  const byStrikes = Math.min(windowMs * 2 ** (strikes - 1), LONGEST_REST_MS);
  if (retryAfterMs === null) return byStrikes;
  if (strikes > 2) return Math.max(retryAfterMs, byStrikes);
  return Math.max(retryAfterMs, Math.min(windowMs, SHORTEST_REST_MS));
}
