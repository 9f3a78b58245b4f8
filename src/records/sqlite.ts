import { join } from "node:path";

import Database from "better-sqlite3";
import { Kysely } from "kysely";

import { makeFolder } from "../folder.ts";
import { createDesk, toDialect } from "./dialect.ts";
import type { Tables } from "./tables.ts";
import { untilFree } from "./until-free.ts";

/** How long a process waits for another one that is writing. */
const BUSY_TIMEOUT_MS = 10_000;

/** Where the records of a data folder are. */
export function sqliteFileOf(dataDir: string): string {
  return join(dataDir, "vtip.sqlite");
}

/** Opens the records of `dataDir`, which is made when missing, twice over one connection: `urgent` goes before all others. */
export async function connectSqlite(
  dataDir: string,
): Promise<{ readonly records: Kysely<Tables>; readonly urgent: Kysely<Tables> }> {
  makeFolder(dataDir);
  const database = new Database(sqliteFileOf(dataDir), { timeout: BUSY_TIMEOUT_MS });
  await untilFree(async () => useWal(database));
  const desk = createDesk(database);
  return {
    records: new Kysely<Tables>({ dialect: toDialect(desk, { isUrgent: false }) }),
    urgent: new Kysely<Tables>({ dialect: toDialect(desk, { isUrgent: true }) }),
  };
}

/** WAL with `normal` keeps every commit through a crash of the process; only a power cut can lose the last ones. */
function useWal(database: Database.Database): void {
  if (database.pragma("journal_mode", { simple: true }) !== "wal") database.pragma("journal_mode = WAL");
  database.pragma("synchronous = NORMAL");
  database.pragma("foreign_keys = ON");
}
