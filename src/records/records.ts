import { join } from "node:path";

import Database from "better-sqlite3";
import { Kysely, Migrator, sql } from "kysely";

import { messageOf, UserError } from "../errors.ts";
import { makeFolder } from "../folder.ts";
import { createDesk, toDialect } from "./dialect.ts";
import { migrations } from "./migrations.ts";
import type { Tables } from "./tables.ts";
import { untilFree } from "./until-free.ts";

/** Everything that must survive a restart: scans and their items, and what each key has spent. */
export type Records = Kysely<Tables>;

/** How long a process waits for another one that is writing. */
const BUSY_TIMEOUT_MS = 10_000;

/**
 * Opens `vtip.sqlite` in `dataDir` (made when missing) and brings its tables up to date.
 * Several processes may have it open. @throws UserError (exit status 3) when it cannot be used.
 */
export async function openRecords(dataDir: string): Promise<Records> {
  const file = join(dataDir, "vtip.sqlite");
  try {
    makeFolder(dataDir);
    const database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
    await untilFree(async () => useWal(database));
    const desk = createDesk(database);
    const records = new Kysely<Tables>({ dialect: toDialect(desk, { isUrgent: false }) });
    await untilFree(() => migrate(records));
    urgentOf.set(records, new Kysely<Tables>({ dialect: toDialect(desk, { isUrgent: true }) }));
    return records;
  } catch (error) {
    throw new UserError(
      `The records in ${file} cannot be used (${messageOf(error)}). Check DATA_DIR, its permissions and the free space.`,
      { exitStatus: 3, cause: error },
    );
  }
}

const urgentOf = new WeakMap<Records, Records>();

/** The same records for what cannot wait: its statements go before all others. They are closed with `records`. */
export function urgentRecords(records: Records): Records {
  return urgentOf.get(records) ?? records;
}

/** WAL with `normal` keeps every commit through a crash of the process; only a power cut can lose the last ones. */
function useWal(database: Database.Database): void {
  if (database.pragma("journal_mode", { simple: true }) !== "wal") database.pragma("journal_mode = WAL");
  database.pragma("synchronous = NORMAL");
  database.pragma("foreign_keys = ON");
}

/**
 * All or nothing, and one process at a time: SQLite's tables can be changed within a transaction, of which Kysely makes
 * no use. Two that start at once on an empty folder would else make the same columns.
 */
async function migrate(records: Records): Promise<void> {
  const provider = { getMigrations: async () => migrations };
  await records.connection().execute(async (db) => {
    await sql`begin immediate`.execute(db);
    try {
      const { error } = await new Migrator({ db, provider }).migrateToLatest();
      if (error !== undefined) throw error;
      await sql`commit`.execute(db);
    } catch (error) {
      await sql`rollback`.execute(db);
      throw error;
    }
  });
}
