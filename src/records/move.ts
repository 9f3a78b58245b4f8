import { existsSync } from "node:fs";

import { sql } from "kysely";

import { messageOf, UserError } from "../errors.ts";
import { verifyAudit, type AuditCheck } from "./audit-trail.ts";
import { insertRows } from "./insert-rows.ts";
import { migrate } from "./migrate.ts";
import { openRecords, type Records, type RecordsPlace } from "./records.ts";
import { connectSqlite, sqliteFileOf } from "./sqlite.ts";
import type { Tables } from "./tables.ts";

/** Every table whose rows outlive a process, those before that others refer to. */
export const MOVED_TABLES = [
  "scan",
  "scan_item",
  "key_request",
  "key_usage",
  "key_usage_hour",
  "key_park",
  "audit",
  "audit_head",
  "request",
  "post",
  "proposal",
  "list_change",
  "block",
  "block_notice",
  "recheck",
  "digest",
  "digest_block",
  "flip",
  "ticket",
] as const satisfies readonly (keyof Tables)[];

/** What was taken over: how many rows of all tables, and whether the audit trail is whole where it is now. */
export interface MovedRecords {
  readonly from: string;
  readonly rows: number;
  readonly audit: AuditCheck;
}

/** Rows that are read at once. */
const PAGE = 500;

/**
 * Copies the records of the data folder into a PostgreSQL database that has none, all or nothing. Nobody can write the
 * file meanwhile; it stays as it is.
 * @throws UserError when there is no file, no DATABASE_URL, or the database has records already.
 */
export async function moveRecords(place: RecordsPlace): Promise<MovedRecords> {
  const from = sqliteFileOf(place.dataDir);
  if ((place.databaseUrl ?? null) === null)
    throw new UserError("No database to move the records to: set DATABASE_URL.", { exitStatus: 3 });
  if (!existsSync(from)) throw new UserError(`${from} is not there: nothing to move. Check DATA_DIR.`);
  const to = await openRecords(place);
  try {
    await assertEmpty(to);
    const { records } = await connectSqlite(place.dataDir);
    try {
      await migrate(records);
      const rows = await copy(records, to);
      return { from, rows, audit: await verifyAudit(to) };
    } finally {
      await records.destroy();
    }
  } finally {
    await to.destroy();
  }
}

async function assertEmpty(to: Records): Promise<void> {
  for (const table of MOVED_TABLES) {
    if (table === "audit_head") continue;
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(to);
    if (rows.length === 0) continue;
    throw new UserError(
      "The database has records already, which cannot be joined with others: take an empty one.",
    );
  }
}

/** In one transaction there, under the writers' lock here. Resolves to the number of rows. */
async function copy(from: Records, to: Records): Promise<number> {
  return from.connection().execute(async (source) => {
    await lockAll(source);
    try {
      return await to.transaction().execute(async (target) => {
        await sql`delete from audit_head`.execute(target);
        let count = 0;
        for (const table of MOVED_TABLES) count += await copyTable(source, target, table);
        return count;
      });
    } finally {
      await sql`rollback`.execute(source);
    }
  });
}

async function lockAll(source: Records): Promise<void> {
  try {
    await sql`begin immediate`.execute(source);
  } catch (error) {
    throw new UserError(`The records are being written (${messageOf(error)}): stop the bot, and try again.`, {
      cause: error,
    });
  }
}

type Row = Readonly<Record<string, unknown>>;

async function copyTable(source: Records, target: Records, table: string): Promise<number> {
  let count = 0;
  for (let after = Number.MIN_SAFE_INTEGER; ;) {
    const { rows } = await sql<Row & { readonly at_row: number }>`
      select rowid as at_row, * from ${sql.table(table)} where rowid > ${after} order by rowid limit ${PAGE}`.execute(
      source,
    );
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.at_row;
    await insertRows(target, rows.map(withoutPlace), (some) => ({
      compile: () => insertion(table, some).compile(target),
    }));
    count += rows.length;
  }
  await goOnCounting(target, table);
  return count;
}

function withoutPlace(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([column]) => column !== "at_row"));
}

function insertion(table: string, rows: readonly Row[]) {
  const columns = Object.keys(rows[0] ?? {});
  const values = rows.map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`);
  return sql`insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})
    values ${sql.join(values)}`;
}

/** Numbers that the database counts up by itself go on behind those that came along. */
async function goOnCounting(target: Records, table: string): Promise<void> {
  const { rows } = await sql<{ column: string }>`select column_name as column from information_schema.columns
    where table_schema = current_schema() and table_name = ${table} and is_identity = 'YES'`.execute(target);
  for (const { column } of rows) {
    await sql`select setval(pg_get_serial_sequence(${table}, ${column}), coalesce(max(${sql.ref(column)}), 0) + 1, false)
      from ${sql.table(table)}`.execute(target);
  }
}
