import type { Kysely } from "kysely";

/** The later life of blocks: what was found when they were looked up again, and what their approvers were asked. */
export async function createLifeTables(db: Kysely<unknown>): Promise<void> {
  await createRecheckTable(db);
  await createFlipTable(db);
  await createDigestTables(db);
  await db.schema.createIndex("block_by_proposal").on("block").columns(["proposal_id", "ended_at"]).execute();
}

async function createRecheckTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("recheck")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("block_id", "integer", (column) => column.notNull().references("block.id"))
    .addColumn("ip", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("facts", "text")
    .execute();
  await db.schema.createIndex("recheck_by_block").on("recheck").columns(["block_id", "at"]).execute();
  await db.schema.createIndex("recheck_by_ip").on("recheck").column("ip").execute();
}

async function createFlipTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("flip")
    .addColumn("scan_id", "text", (column) => column.notNull().references("scan.id"))
    .addColumn("ip", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("list", "text", (column) => column.notNull())
    .addColumn("entry", "text", (column) => column.notNull())
    .addColumn("before", "text", (column) => column.notNull())
    .addColumn("after", "text", (column) => column.notNull())
    .addColumn("conversation", "text")
    .addColumn("digest_id", "text")
    .addPrimaryKeyConstraint("flip_key", ["scan_id", "ip"])
    .execute();
  await db.schema.createIndex("flip_by_digest").on("flip").columns(["digest_id", "at"]).execute();
}

async function createDigestTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("digest")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("channel", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("extend_days", "integer", (column) => column.notNull())
    .addColumn("choices", "text")
    .addColumn("shown", "text", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("digest_by_channel").on("digest").columns(["channel", "at"]).unique().execute();
  await db.schema.createIndex("digest_by_state").on("digest").column("state").execute();
  await db.schema
    .createTable("digest_block")
    .addColumn("digest_id", "text", (column) => column.notNull().references("digest.id"))
    .addColumn("block_id", "integer", (column) => column.notNull().references("block.id"))
    .addColumn("ip", "text", (column) => column.notNull())
    .addColumn("until", "bigint", (column) => column.notNull())
    .addColumn("recheck_id", "integer")
    .addColumn("decision", "text")
    .addColumn("decided_by", "text")
    .addColumn("decided_at", "bigint")
    .addColumn("new_until", "bigint")
    .addPrimaryKeyConstraint("digest_block_key", ["digest_id", "block_id"])
    .execute();
  await db.schema
    .createIndex("digest_block_by_block")
    .on("digest_block")
    .columns(["block_id", "until"])
    .execute();
}
