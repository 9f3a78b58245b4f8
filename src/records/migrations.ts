import { sql, type Kysely, type Migration } from "kysely";

import { createBlockTables, createChatTables } from "./chat-migration.ts";
import { createLifeTables } from "./life-migration.ts";
import { createNoticeTables } from "./notice-migration.ts";
import { isPostgres } from "./postgres-only.ts";
import { createListIdentity, createProcessTables } from "./process-migration.ts";
import { createTickets } from "./ticket-migration.ts";
import { createHourlyUsage } from "./usage-migration.ts";

/** Every change of the tables since the first release, in order. A released one is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001-scans-and-keys": { up: createFirstTables },
  "0002-audit-trail": { up: createAuditTables },
  "0003-chat": { up: createChatTables },
  "0004-blocks": { up: createBlockTables },
  "0005-block-notices": { up: createNoticeTables },
  "0006-block-life": { up: createLifeTables },
  "0007-usage-by-hour": { up: createHourlyUsage },
  "0008-processes": { up: createProcessTables },
  "0009-list-identity": { up: createListIdentity },
  "0010-tickets": { up: createTickets },
};

async function createFirstTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("scan")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("finished_at", "bigint")
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("fingerprint", "text", (column) => column.notNull())
    .addColumn("options", "text", (column) => column.notNull())
    .addColumn("source", "text", (column) => column.notNull())
    .addColumn("requested_by", "text", (column) => column.notNull())
    .addColumn("owner", "text", (column) => column.notNull())
    .addColumn("requests", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("elapsed_ms", "bigint", (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.createIndex("scan_by_fingerprint").on("scan").columns(["fingerprint", "state"]).execute();
  await db.schema
    .createTable("scan_item")
    .addColumn("scan_id", "text", (column) => column.notNull().references("scan.id").onDelete("cascade"))
    .addColumn("position", "integer", (column) => column.notNull())
    .addColumn("kind", "text")
    .addColumn("value", "text")
    .addColumn("input", "text", (column) => column.notNull())
    .addColumn("offset", "integer", (column) => column.notNull())
    .addColumn("count", "integer", (column) => column.notNull())
    .addColumn("origin", "text", (column) => column.notNull())
    .addColumn("status", "text")
    .addColumn("cause", "text")
    .addColumn("reason", "text")
    .addColumn("code", "text")
    .addColumn("facts", "text")
    .addColumn("checked_at", "bigint")
    .addColumn("cached", "integer", (column) => column.notNull().defaultTo(0))
    .addPrimaryKeyConstraint("scan_item_key", ["scan_id", "position"])
    .execute();
  await db.schema
    .createIndex("scan_item_by_status")
    .on("scan_item")
    .columns(["scan_id", "status", "position"])
    .execute();
  await db.schema.createIndex("scan_item_by_value").on("scan_item").columns(["value"]).execute();
  await createKeyTables(db);
}

async function createKeyTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("key_request")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("lane", "text", (column) => column.notNull())
    .addColumn("started_at", "bigint", (column) => column.notNull())
    .addColumn("answered_at", "bigint")
    .addColumn("owner", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("key_request_by_key")
    .on("key_request")
    .columns(["key", "answered_at"])
    .execute();
  await db.schema
    .createTable("key_usage")
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("day", "text", (column) => column.notNull())
    .addColumn("used", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("key_usage_key", ["key", "day"])
    .execute();
  await db.schema
    .createTable("key_park")
    .addColumn("key", "text", (column) => column.primaryKey())
    .addColumn("until", "bigint")
    .addColumn("refused", "integer", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("parked_at", "bigint", (column) => column.notNull())
    .execute();
}

async function createAuditTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("audit")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("who", "text", (column) => column.notNull())
    .addColumn("action", "text", (column) => column.notNull())
    .addColumn("subject", "text", (column) => column.notNull())
    .addColumn("detail", "text", (column) => column.notNull())
    .addColumn("previous", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("audit_head")
    .addColumn("hash", "text", (column) => column.notNull())
    .addColumn("last_id", "integer", (column) => column.notNull())
    .execute();
  await (isPostgres(db) ? protectInPostgres(db) : protectInSqlite(db));
}

const REFUSED = "the audit trail is append-only";

async function protectInSqlite(db: Kysely<unknown>): Promise<void> {
  for (const act of ["update", "delete"]) {
    await sql`create trigger ${sql.raw(`audit_no_${act}`)} before ${sql.raw(act)} on audit
      begin select raise(abort, ${sql.lit(REFUSED)}); end`.execute(db);
  }
}

async function protectInPostgres(db: Kysely<unknown>): Promise<void> {
  await sql`create function audit_refuse() returns trigger language plpgsql
    as ${sql.lit(`begin raise exception '${REFUSED}'; end`)}`.execute(db);
  await sql`create trigger audit_no_change before update or delete or truncate on audit
    execute function audit_refuse()`.execute(db);
}
