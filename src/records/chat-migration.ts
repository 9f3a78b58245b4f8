import type { Kysely } from "kysely";

/** What chat needs: where a scan is reported, what was delivered, what was posted. */
export async function createChatTables(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("scan").addColumn("conversation", "text").execute();
  await db.schema.alterTable("scan").addColumn("delivery", "text").execute();
  await db.schema
    .alterTable("scan")
    .addColumn("reported", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.createIndex("scan_by_delivery").on("scan").column("delivery").unique().execute();
  await db.schema
    .createTable("request")
    .addColumn("delivery", "text", (column) => column.primaryKey())
    .addColumn("received_at", "bigint", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("incoming", "text", (column) => column.notNull())
    .addColumn("owner", "text", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("request_by_time").on("request").column("received_at").execute();
  await db.schema
    .createTable("post")
    .addColumn("mark", "text", (column) => column.primaryKey())
    .addColumn("conversation", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("message", "text")
    .addColumn("written_at", "bigint", (column) => column.notNull())
    .execute();
}

/** Proposals, the changes of the blacklist that they lead to, and the blocks that these made. */
export async function createBlockTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("proposal")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("scan_id", "text", (column) => column.notNull().references("scan.id"))
    .addColumn("conversation", "text", (column) => column.notNull())
    .addColumn("requested_by", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("decided_by", "text")
    .addColumn("decided_at", "bigint")
    .addColumn("change_id", "integer")
    .addColumn("undone_by", "text")
    .addColumn("undone_at", "bigint")
    .addColumn("undo_id", "integer")
    .addColumn("left_out", "text")
    .addColumn("choices", "text")
    .addColumn("shown", "text", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("proposal_by_scan").on("proposal").column("scan_id").unique().execute();
  await db.schema.createIndex("proposal_by_state").on("proposal").column("state").execute();
  await db.schema
    .createTable("list_change")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("who", "text", (column) => column.notNull())
    .addColumn("action", "text", (column) => column.notNull())
    .addColumn("wanted", "text", (column) => column.notNull())
    .addColumn("effective", "text")
    .addColumn("reason", "text")
    .addColumn("until", "bigint")
    .addColumn("proposal_id", "text")
    .addColumn("scan_id", "text")
    .addColumn("link", "text")
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("owner", "text", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("list_change_by_state").on("list_change").column("state").execute();
  await createBlockTable(db);
  await db.schema.createIndex("audit_by_subject").on("audit").column("subject").execute();
}

async function createBlockTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("block")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("ip", "text", (column) => column.notNull())
    .addColumn("since", "bigint", (column) => column.notNull())
    .addColumn("by", "text", (column) => column.notNull())
    .addColumn("until", "bigint")
    .addColumn("reason", "text")
    .addColumn("change_id", "integer", (column) => column.notNull())
    .addColumn("proposal_id", "text")
    .addColumn("scan_id", "text")
    .addColumn("evidence", "text", (column) => column.notNull())
    .addColumn("ended_at", "bigint")
    .addColumn("ended_by", "text")
    .addColumn("end_reason", "text")
    .execute();
  await db.schema.createIndex("block_by_ip").on("block").columns(["ip", "ended_at"]).execute();
  await db.schema.createIndex("block_by_end").on("block").columns(["ended_at", "until"]).execute();
  await db.schema.createIndex("block_by_change").on("block").column("change_id").execute();
}
