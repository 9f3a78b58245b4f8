import { describe, expect, onTestFinished, test } from "vitest";

import { appendAudit, verifyAudit } from "../../src/records/audit-trail.ts";
import { migrations } from "../../src/records/migrations.ts";
import { moveRecords, MOVED_TABLES } from "../../src/records/move.ts";
import { openRecords, type Records } from "../../src/records/records.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { isOverPostgres, placeOf } from "./place.ts";
import { THEN, writeRows } from "./rows-of-each-schema.ts";

const LAST = Object.keys(migrations).at(-1) ?? "";
/** What is about processes that run, or which file a list is. */
const LEFT = ["lease", "list_identity", "process"];

async function open(place: Parameters<typeof openRecords>[0]): Promise<Records> {
  const records = await openRecords(place);
  onTestFinished(() => records.destroy());
  return records;
}

/** Records in a data folder as all versions have written them; the bot is stopped. */
async function fillSqlite(): Promise<string> {
  const dataDir = temporaryFolder();
  const records = await openRecords({ dataDir });
  await writeRows(records, LAST);
  await records.destroy();
  return dataDir;
}

async function allOf(records: Records): Promise<Readonly<Record<string, readonly string[]>>> {
  const all: Record<string, readonly string[]> = {};
  for (const table of MOVED_TABLES) {
    const rows = await records.selectFrom(table).selectAll().execute();
    all[table] = rows.map((row) => JSON.stringify(row, Object.keys(row).toSorted())).toSorted();
  }
  return all;
}

test("every table is moved, but for what is about running processes", async () => {
  const records = await open({ dataDir: temporaryFolder() });
  const names = (await records.introspection.getTables()).map(({ name }) => name);

  expect(names.filter((name) => !name.startsWith("sqlite_")).toSorted()).toEqual(
    [...MOVED_TABLES, ...LEFT].toSorted(),
  );
});

test("without a database there is nowhere to move to, without a file nothing to move", async () => {
  await expect(moveRecords({ dataDir: await fillSqlite() })).rejects.toThrow("set DATABASE_URL");
  await expect(
    moveRecords({ dataDir: temporaryFolder(), databaseUrl: "postgres://127.0.0.1:9/x" }),
  ).rejects.toThrow("is not there: nothing to move");
});

describe.skipIf(!isOverPostgres)("records that are moved to PostgreSQL", () => {
  test("are all there, the audit trail is whole, and they are gone on with", async () => {
    const dataDir = await fillSqlite();
    const place = placeOf(dataDir);

    const moved = await moveRecords(place);

    const [before, after] = [await open({ dataDir }), await open(place)];
    expect(await allOf(after)).toEqual(await allOf(before));
    expect(moved.rows).toBe(Object.values(await allOf(before)).flat().length);
    expect(moved.audit).toEqual({ whole: true, entries: 2 });
    await appendAudit(after, { at: THEN, who: "ann", action: "unblock", subject: "x", detail: {} });
    expect(await verifyAudit(after)).toEqual({ whole: true, entries: 3 });
    const { max } = await before
      .selectFrom("list_change")
      .select((row) => row.fn.max("id").as("max"))
      .executeTakeFirstOrThrow();
    const { id } = await after
      .insertInto("list_change")
      .columns(["at", "kind", "who", "action", "wanted", "state", "owner"])
      .values({
        at: THEN,
        kind: "add",
        who: "x",
        action: "block",
        wanted: "[]",
        state: "done",
        owner: "x",
      } as never)
      .returning("id")
      .executeTakeFirstOrThrow();
    expect(id).toBe(max + 1);
  });

  test("more than a page of them come whole", async () => {
    const dataDir = await fillSqlite();
    const sqlite = await openRecords({ dataDir });
    const rows = Array.from({ length: 1234 }, (_, at) => ({ key: "k", day: `day ${at}`, used: at }));
    await sqlite.insertInto("key_usage").values(rows).execute();
    await sqlite.destroy();
    const place = placeOf(dataDir);

    await moveRecords(place);

    const moved = await (
      await open(place)
    )
      .selectFrom("key_usage")
      .select(["used"])
      .where("key", "=", "k")
      .execute();
    expect(moved.map(({ used }) => used).toSorted((a, b) => a - b)).toEqual(rows.map(({ used }) => used));
  });

  test("are not mixed with others: a second move is refused, and changes nothing", async () => {
    const dataDir = await fillSqlite();
    const place = placeOf(dataDir);
    await moveRecords(place);

    await expect(moveRecords(place)).rejects.toThrow("The database has records already");

    expect(await allOf(await open(place))).toEqual(await allOf(await open({ dataDir })));
  });
});
