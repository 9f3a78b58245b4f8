import type { Kysely } from "kysely";

/** Which processes work on the same records, and what one of them does for all; and what each asks VirusTotal now. */
export async function createProcessTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("process")
    .addColumn("owner", "text", (column) => column.primaryKey())
    .addColumn("seen_at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("lease")
    .addColumn("name", "text", (column) => column.primaryKey())
    .addColumn("owner", "text", (column) => column.notNull())
    .addColumn("until", "bigint", (column) => column.notNull())
    .execute();
  await db.schema.alterTable("key_request").addColumn("indicator", "text").execute();
  await db.schema.createIndex("key_request_by_indicator").on("key_request").column("indicator").execute();
}

/** Which file the blacklist is, where more than one machine could have one. */
export async function createListIdentity(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("list_identity")
    .addColumn("name", "text", (column) => column.primaryKey())
    .addColumn("mark", "bigint", (column) => column.notNull())
    .execute();
}
