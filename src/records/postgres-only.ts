import { PostgresAdapter, type Kysely } from "kysely";

/** Whether the records are in PostgreSQL, for the few statements that each database has in its own words. */
export function isPostgres<Tables>(db: Kysely<Tables>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
