import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";

import { KeyvSqlite } from "@keyv/sqlite";
import { Keyv } from "keyv";
import { z } from "zod";

import { messageOf, UserError } from "../errors.ts";
import { makeFolder } from "../folder.ts";
import type { Log } from "../log.ts";
import type { Clock, Facts, Indicator } from "../model.ts";
import { FactsRow } from "../records/facts-row.ts";
import { untilFree } from "../records/until-free.ts";
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
  close(): Promise<void>;
}

const Row = z.object({ facts: FactsRow.nullable(), checkedAt: z.number() });

/** Old verdicts are kept for `--cached-only`, marked as old. */
const KEPT_MS = 90 * 86_400_000;
/** keyv's SQLite store searches the rows of one question linearly: a few hundred at a time are fastest (measured). */
const CHUNK = 500;
const BUSY_TIMEOUT_MS = 10_000;

export interface CacheOptions {
  readonly dataDir: string;
  readonly cacheMs: number;
  readonly cacheUnknownMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Opens `cache.sqlite` in the data folder. A file that is no database is moved aside and a new one begun. */
export async function openCache(options: CacheOptions): Promise<Cache> {
  const store = await openStore(options);
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
    close: async () => keyv.disconnect(),
  };
}

function toKnown({ cacheMs, cacheUnknownMs, clock }: CacheOptions, row: unknown): Known | undefined {
  const parsed = Row.safeParse(row);
  if (!parsed.success) return undefined;
  const { facts, checkedAt } = parsed.data;
  const keptMs = facts === null || facts.stats === null ? cacheUnknownMs : cacheMs;
  return { facts, checkedAt, isOld: clock.now() - checkedAt >= keptMs };
}

async function openStore({ dataDir, clock, log }: CacheOptions): Promise<KeyvSqlite> {
  makeFolder(dataDir);
  const file = join(dataDir, "cache.sqlite");
  try {
    return await tryStore(file);
  } catch (error) {
    if (!/not a database|malformed/i.test(messageOf(error)) || !existsSync(file))
      throw toUnusable(file, error);
    renameSync(file, `${file}.broken-${clock.now()}`);
    log.error({ err: error }, "the cache was no database; moved aside, begun anew");
    return tryStore(file);
  }
}

function toUnusable(file: string, error: unknown): UserError {
  return new UserError(
    `The cache in ${file} cannot be used (${messageOf(error)}). Check DATA_DIR, its permissions and the free space.`,
    { exitStatus: 3, cause: error },
  );
}

async function tryStore(file: string): Promise<KeyvSqlite> {
  const store = new KeyvSqlite({ uri: `sqlite://${file}`, busyTimeout: BUSY_TIMEOUT_MS });
  store.on("error", () => undefined);
  await untilFree(async () => {
    const [mode] = (await store.query("PRAGMA journal_mode")) as { journal_mode?: string }[];
    if (mode?.journal_mode !== "wal") await store.query("PRAGMA journal_mode = WAL");
  });
  await store.query("PRAGMA synchronous = NORMAL");
  return store;
}
