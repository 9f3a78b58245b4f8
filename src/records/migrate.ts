import { Migrator, sql, type Kysely } from "kysely";

import { UserError } from "../errors.ts";
import { migrations } from "./migrations.ts";
import { isPostgres } from "./postgres-only.ts";
import type { Tables } from "./tables.ts";

/**
 * Brings the tables up to date, all or nothing, one process at a time.
 * @throws UserError (exit status 3) when they are of a newer program than this one.
 */
export async function migrate(records: Kysely<Tables>): Promise<void> {
  if (isPostgres(records)) return toLatest(records);
  // SQLite's tables can be changed within a transaction, of which Kysely makes no use: two programs that start at once
  // on an empty folder would else make the same columns.
  await records.connection().execute(async (db) => {
    await sql`begin immediate`.execute(db);
    try {
      await toLatest(db);
      await sql`commit`.execute(db);
    } catch (error) {
      await sql`rollback`.execute(db);
      throw error;
    }
  });
}

async function toLatest(db: Kysely<Tables>): Promise<void> {
  await assertNotNewer(db);
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
  }).migrateToLatest();
  if (error !== undefined) throw error;
}

async function assertNotNewer(db: Kysely<Tables>): Promise<void> {
  const done = await doneMigrations(db);
  const unknown = done.filter((name) => migrations[name] === undefined);
  if (unknown.length === 0) return;
  throw new UserError(
    `The records were written by a newer vtip (they have ${unknown.join(", ")}): use that version, or restore the copy that was made before the upgrade.`,
    { exitStatus: 3 },
  );
}

async function doneMigrations(db: Kysely<Tables>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === "kysely_migration")) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  return rows.map(({ name }) => name);
}
