import type { RecordsPlace } from "../../src/records/records.ts";
import { READY, TEST_POSTGRES } from "../engines/over-postgres.ts";
import { newDatabase } from "../engines/postgres.ts";

/** Whether the tests have their records in PostgreSQL: what reaches into SQLite's file cannot be shown then. */
export const isOverPostgres = process.env["TEST_RECORDS"] === "postgres";

const databases = new Map<string, string>();

/** Where a test has the records that a program with this data folder has: there, or in a database of their own. */
export function placeOf(dataDir: string): RecordsPlace {
  return { dataDir, databaseUrl: databaseEnv(dataDir)["DATABASE_URL"] ?? null };
}

/** The same for the environment of a program. */
export function databaseEnv(dataDir: string): Readonly<Record<string, string>> {
  const server = process.env[TEST_POSTGRES];
  if (server === undefined) return {};
  const known = databases.get(dataDir);
  if (known !== undefined) return { DATABASE_URL: known };
  const { port } = JSON.parse(server) as { port: number };
  const url = newDatabase(port, `test_${process.pid}_${databases.size}`, READY);
  databases.set(dataDir, url);
  return { DATABASE_URL: url };
}

/** The records of `dataDir`, which nobody has open, as they are now: for the program whose data folder is `copy`. */
export function copyDatabase(dataDir: string, copy: string): void {
  const server = process.env[TEST_POSTGRES];
  const from = databases.get(dataDir);
  if (server === undefined || from === undefined) return;
  const { port } = JSON.parse(server) as { port: number };
  const name = `test_${process.pid}_${databases.size}`;
  databases.set(copy, newDatabase(port, name, new URL(from).pathname.slice(1)));
}
