import { readFileSync } from "node:fs";

import { Migrator, sql, type Kysely } from "kysely";
import { describe, expect, onTestFinished, test } from "vitest";

import { appendAudit, verifyAudit } from "../../src/records/audit-trail.ts";
import { migrations } from "../../src/records/migrations.ts";
import { isPostgres } from "../../src/records/postgres-only.ts";
import { connectPostgres } from "../../src/records/postgres.ts";
import { openRecords, type Records, type RecordsPlace } from "../../src/records/records.ts";
import { connectSqlite, sqliteFileOf } from "../../src/records/sqlite.ts";
import type { Tables } from "../../src/records/tables.ts";
import { findScan } from "../../src/scans/scan-store.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { isOverPostgres, placeOf } from "./place.ts";
import { ROWS, THEN, writeRows } from "./rows-of-each-schema.ts";

const NAMES = Object.keys(migrations);
const LAST = NAMES.at(-1) ?? "";

/** A database without tables. */
async function connectEmpty({ dataDir, databaseUrl = null }: RecordsPlace): Promise<Kysely<Tables>> {
  if (databaseUrl === null) return (await connectSqlite(dataDir)).records;
  const db = connectPostgres(databaseUrl, () => undefined).records;
  await sql`drop schema public cascade`.execute(db);
  await sql`create schema public`.execute(db);
  return db;
}

async function migrateTo(db: Kysely<Tables>, name: string): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateTo(name);
  if (error !== undefined) throw error;
}

async function open(place: RecordsPlace): Promise<Records> {
  const records = await openRecords(place);
  onTestFinished(() => records.destroy());
  return records;
}

type Rows = readonly Readonly<Record<string, unknown>>[];

async function everything(db: Kysely<Tables>): Promise<Readonly<Record<string, Rows>>> {
  const all: Record<string, Rows> = {};
  for (const { name } of await db.introspection.getTables()) {
    const { rows } = await sql<Rows[number]>`select * from ${sql.table(name)}`.execute(db);
    all[name] = rows.toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));
  }
  return all;
}

/** What is there of the tables, rows and columns that `before` has. */
function alike(
  after: Readonly<Record<string, Rows>>,
  before: Readonly<Record<string, Rows>>,
): Readonly<Record<string, Rows>> {
  return Object.fromEntries(
    Object.entries(before).map(([table, rows]) => {
      const columns = Object.keys(rows[0] ?? {});
      const found = (after[table] ?? []).map((row) =>
        Object.fromEntries(columns.map((column) => [column, row[column]])),
      );
      return [table, rows.length === 0 ? (after[table] ?? []) : found];
    }),
  );
}

/** As a program would leave them that has one more migration. */
async function leaveNewer(place: RecordsPlace): Promise<void> {
  const newer = await connectEmpty(place);
  await migrateTo(newer, LAST);
  await writeRows(newer, LAST);
  await sql`create table later (id integer)`.execute(newer);
  await sql`insert into kysely_migration values ('9999-later', '2027-01-01T00:00:00Z')`.execute(newer);
  await newer.destroy();
}

/** The bytes of SQLite's file; everything in PostgreSQL's tables. */
async function lookAt({ dataDir, databaseUrl = null }: RecordsPlace): Promise<unknown> {
  if (databaseUrl === null) return readFileSync(sqliteFileOf(dataDir)).toString("base64");
  const db = connectPostgres(databaseUrl, () => undefined).records;
  const all = await everything(db);
  await db.destroy();
  return all;
}

describe("records as an earlier program left them", () => {
  test("are known here for each migration there is", () => {
    expect(Object.keys(ROWS)).toEqual(NAMES);
  });

  test.each(NAMES)("at %s have all their rows after the upgrade, and work", async (name) => {
    const place = placeOf(temporaryFolder());
    const old = await connectEmpty(place);
    await migrateTo(old, name);
    await writeRows(old, name);
    const before = await everything(old);
    await old.destroy();

    const records = await open(place);

    expect(alike(await everything(records), before)).toEqual(before);
    expect(Object.values(before).flat().length).toBeGreaterThanOrEqual(6);
    expect(await findScan(records, "S-AAAA")).toMatchObject({ id: "S-AAAA", createdAt: THEN });
    await appendAudit(records, { at: THEN, who: "ann", action: "unblock", subject: "x", detail: {} });
    const entries = name < "0002" ? 1 : 3;
    expect(await verifyAudit(records)).toEqual({ whole: true, entries });
  });

  test("are upgraded once, though two programs begin at the same time", async () => {
    const place = placeOf(temporaryFolder());
    const old = await connectEmpty(place);
    await migrateTo(old, NAMES[0] ?? "");
    await writeRows(old, NAMES[0] ?? "");
    await old.destroy();

    const [one, other] = await Promise.all([open(place), open(place)]);

    expect(await everything(one)).toEqual(await everything(other));
    expect((await everything(one))["scan"]).toHaveLength(1);
  });
});

describe("records of a newer program", () => {
  test("are refused with a sentence that says what to do, and stay as they are", async () => {
    const place = placeOf(temporaryFolder());
    await leaveNewer(place);
    const before = await lookAt(place);

    await expect(openRecords(place)).rejects.toMatchObject({
      exitStatus: 3,
      message:
        "The records were written by a newer vtip (they have 9999-later): use that version, or restore the copy that was made before the upgrade.",
    });

    expect(await lookAt(place)).toEqual(before);
  });
});

test.skipIf(isOverPostgres)("a released migration makes what it made when it was released", async () => {
  const db = await connectEmpty(placeOf(temporaryFolder()));
  onTestFinished(() => db.destroy());
  const lines: string[] = [];
  let before: readonly string[] = [];

  for (const name of NAMES) {
    await migrateTo(db, name);
    const now = await schemaOf(db);
    lines.push(
      name,
      ...before.filter((line) => !now.includes(line)).map((line) => `  - ${line}`),
      ...now.filter((line) => !before.includes(line)).map((line) => `  + ${line}`),
    );
    before = now;
  }

  expect(isPostgres(db)).toBe(false);
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("golden/schemas.txt");
});

/** A line for each column, index and trigger, without the spelling that a query builder gives them. */
async function schemaOf(db: Kysely<Tables>): Promise<readonly string[]> {
  const { rows } = await sql<{ line: string }>`
    select t.name || '.' || c.name || ' ' || c.type || iif(c."notnull", ' not null', '')
      || iif(c.pk, ' key ' || c.pk, '') || coalesce(' default ' || c.dflt_value, '') as line
    from sqlite_master t, pragma_table_info(t.name) c
    where t.type = 'table' and t.name not like 'sqlite_%' and t.name not like 'kysely_%'
    union all
    select 'index ' || t.name || '(' || group_concat(c.name) || ')' || iif(i."unique", ' unique', '')
    from sqlite_master t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
    where t.type = 'table' and t.name not like 'kysely_%' and i.origin <> 'pk' group by i.name
    union all
    select 'reference ' || t.name || '.' || f."from" || ' ' || f."table" || '.' || f."to" || ' ' || f.on_delete
    from sqlite_master t, pragma_foreign_key_list(t.name) f where t.type = 'table'
    union all
    select 'trigger ' || name from sqlite_master where type = 'trigger'
    order by 1`.execute(db);
  return rows.map(({ line }) => line);
}
