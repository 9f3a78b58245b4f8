import type { Kysely } from "kysely";

/** How far others have been told of changes of the blacklist. */
export async function createNoticeTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("block_notice")
    .addColumn("target", "text", (column) => column.primaryKey())
    .addColumn("audit_id", "integer", (column) => column.notNull())
    .addColumn("notice", "text")
    .addColumn("body", "text")
    .execute();
}
