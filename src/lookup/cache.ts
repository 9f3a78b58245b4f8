import { Keyv } from "keyv";
import { z } from "zod";

import type { Log } from "../log.ts";
import type { Clock, Facts, Indicator } from "../model.ts";
import { FactsRow } from "../records/facts-row.ts";
import { openSqliteStore, type CacheStore } from "./cache-store.ts";
import { nameOf } from "./work.ts";

/** What was found earlier. `isOld`: older than the cache's time, so it is asked again where requests may be spent. */
export interface Known {
  readonly facts: Facts | null;
  readonly checkedAt: number;
  readonly isOld: boolean;
}

/** Verdicts of earlier look-ups, by indicator. A fault of the cache costs requests, never an answer: it is logged, and counts as not known. */
export interface Cache {
  /** In the order of `indicators`; undefined where nothing is known. */
  getMany(indicators: readonly Indicator[]): Promise<readonly (Known | undefined)[]>;
  set(indicator: Indicator, facts: Facts | null, checkedAt: number): Promise<void>;
  /** Whether it is a server that cannot be reached now: what others have found is not known then. */
  isAway(): boolean;
  close(): Promise<void>;
}

const Row = z.object({ facts: FactsRow.nullable(), checkedAt: z.number() });

/** Old verdicts are kept for `--cached-only`, marked as old. */
const KEPT_MS = 90 * 86_400_000;
/** keyv's SQLite store searches the rows of one question linearly: a few hundred at a time are fastest (measured). */
const CHUNK = 500;

export interface CacheOptions {
  readonly dataDir: string;
  /** Where several processes keep their verdicts together; null: in `cache.sqlite` of the data folder. */
  readonly redisUrl: string | null;
  readonly cacheMs: number;
  readonly cacheUnknownMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Opens the cache. @throws UserError when it cannot be used. */
export async function openCache(options: CacheOptions): Promise<Cache> {
  const { store, isAway, close } = await openStore(options);
  // Plain JSON: keyv's own reading looks at each text for packed bytes, which there are none of here.
  const keyv = new Keyv({
    store,
    namespace: "vt",
    ttl: KEPT_MS,
    serialize: JSON.stringify,
    deserialize: JSON.parse,
  });
  keyv.on("error", (error: unknown) => options.log.error({ err: error }, "cache fault"));
  return {
    async getMany(indicators) {
      const known: (Known | undefined)[] = [];
      for (let at = 0; at < indicators.length; at += CHUNK) {
        const names = indicators.slice(at, at + CHUNK).map(nameOf);
        const rows = await keyv.getMany<unknown>(names).catch(() => names.map(() => undefined));
        known.push(...rows.map((row) => toKnown(options, row)));
      }
      return known;
    },
    async set(indicator, facts, checkedAt) {
      await keyv.set(nameOf(indicator), { facts, checkedAt }).catch((error: unknown) => {
        options.log.error({ err: error }, "verdict not cached");
      });
    },
    isAway,
    close,
  };
}

function toKnown({ cacheMs, cacheUnknownMs, clock }: CacheOptions, row: unknown): Known | undefined {
  const parsed = Row.safeParse(row);
  if (!parsed.success) return undefined;
  const { facts, checkedAt } = parsed.data;
  const keptMs = facts === null || facts.stats === null ? cacheUnknownMs : cacheMs;
  return { facts, checkedAt, isOld: clock.now() - checkedAt >= keptMs };
}

/** Loaded by who needs it: the command line starts quicker. */
async function openStore(options: CacheOptions): Promise<CacheStore> {
  if (options.redisUrl === null) return openSqliteStore(options);
  const { openRedisStore } = await import("./redis-store.ts");
  return openRedisStore(options.redisUrl, options.log);
}
