import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";

import { KeyvSqlite } from "@keyv/sqlite";
import type { KeyvStoreAdapter } from "keyv";

import { messageOf, UserError } from "../errors.ts";
import { makeFolder } from "../folder.ts";
import type { Log } from "../log.ts";
import type { Clock } from "../model.ts";
import { untilFree } from "../records/until-free.ts";

/** Where keyv keeps verdicts. */
export interface CacheStore {
  readonly store: KeyvStoreAdapter;
  /** Whether it is a server that cannot be reached now. */
  isAway(): boolean;
  close(): Promise<void>;
}

interface SqliteStoreOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
}

const BUSY_TIMEOUT_MS = 10_000;

/** A file that is no database is moved aside and a new one begun. @throws UserError when it cannot be used. */
export async function openSqliteStore({ dataDir, clock, log }: SqliteStoreOptions): Promise<CacheStore> {
  const store = await openFile({ dataDir, clock, log });
  return { store, isAway: () => false, close: async () => store.disconnect() };
}

async function openFile({ dataDir, clock, log }: SqliteStoreOptions): Promise<KeyvSqlite> {
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
