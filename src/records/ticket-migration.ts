import type { Kysely } from "kysely";

/** Who is logged in with a browser, and links that log in. */
export async function createTickets(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("ticket")
    .addColumn("hash", "text", (column) => column.primaryKey())
    .addColumn("purpose", "text", (column) => column.notNull())
    .addColumn("user_id", "text", (column) => column.notNull())
    .addColumn("user_name", "text", (column) => column.notNull())
    .addColumn("until", "bigint", (column) => column.notNull())
    .execute();
}
