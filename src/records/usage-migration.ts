import type { Kysely } from "kysely";

/** Requests that each key spent, by the hour. */
export async function createHourlyUsage(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("key_usage_hour")
    .addColumn("hour", "text", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("used", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("key_usage_hour_key", ["hour", "key"])
    .execute();
}
