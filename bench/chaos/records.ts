import { existsSync } from "node:fs";
import { join } from "node:path";

import Database from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";

import type { Records } from "../../src/records/records.ts";
import type { Tables } from "../../src/records/tables.ts";

/** The records of a program, only to be read; null where it has not made them yet. */
export function readRecords(dataDir: string): Records | null {
  const file = join(dataDir, "vtip.sqlite");
  if (!existsSync(file)) return null;
  const database = new Database(file, { readonly: true, timeout: 5000 });
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
}
