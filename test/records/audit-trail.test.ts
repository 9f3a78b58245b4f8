import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";

import {
  appendAudit,
  appendAudits,
  auditOf,
  readAudit,
  verifyAudit,
  type AuditRow,
} from "../../src/records/audit-trail.ts";
import { isPostgres } from "../../src/records/postgres-only.ts";
import { openRecords, type Records } from "../../src/records/records.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { placeOf } from "./place.ts";

async function openTrail(entries: number) {
  const records = await openRecords(placeOf(temporaryFolder()));
  onTestFinished(() => records.destroy());
  for (let at = 1; at <= entries; at += 1) {
    await appendAudit(records, {
      at,
      who: "local:console (ann)",
      action: "unblock",
      subject: `1.2.3.${at}`,
      detail: { reason: "ours" },
    });
  }
  return { records, tamper: async (statements: readonly string[]) => tamper(records, statements) };
}

/** What somebody with a database tool could do. */
async function tamper(records: Records, statements: readonly string[]): Promise<void> {
  const locks = isPostgres(records)
    ? ["drop trigger audit_no_change on audit"]
    : ["drop trigger audit_no_update", "drop trigger audit_no_delete"];
  for (const statement of [...locks, ...statements]) await sql.raw(statement).execute(records);
}

async function rowsOf(rows: AsyncIterable<AuditRow>): Promise<AuditRow[]> {
  const all: AuditRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

test("entries come back in order, each with the hash of the one before", async () => {
  const { records } = await openTrail(3);

  const rows = await rowsOf(readAudit(records));

  expect(rows.map((row) => row.subject)).toEqual(["1.2.3.1", "1.2.3.2", "1.2.3.3"]);
  expect(rows.slice(1).map((row) => row.previous)).toEqual(rows.slice(0, 2).map((row) => row.hash));
  expect(await verifyAudit(records)).toEqual({ whole: true, entries: 3 });
});

test("an empty trail is whole", async () => {
  const { records } = await openTrail(0);

  expect(await verifyAudit(records)).toEqual({ whole: true, entries: 0 });
});

test("the database refuses to change or delete an entry", async () => {
  const { records } = await openTrail(1);

  await expect(records.updateTable("audit").set({ who: "somebody else" }).execute()).rejects.toThrow(
    "append-only",
  );
  await expect(records.deleteFrom("audit").execute()).rejects.toThrow("append-only");
});

test.each([
  ["a changed reason", [`update audit set detail = '{"reason":"theirs"}' where id = 2`], 2],
  ["a changed person", ["update audit set who = 'local:console (bob)' where id = 1"], 1],
  ["an entry taken out of the middle", ["delete from audit where id = 2"], 3],
  [
    "two entries in each other's place",
    [
      "update audit set id = 9 where id = 2",
      "update audit set id = 2 where id = 3",
      "update audit set id = 3 where id = 9",
    ],
    2,
  ],
  ["entries cut off at the end", ["delete from audit where id = 3"], 3],
])("%s is found", async (_, statements, brokenAt) => {
  const { records, tamper } = await openTrail(3);

  await tamper(statements);

  expect(await verifyAudit(records)).toEqual({ whole: false, brokenAt });
});

test("appends at the same time leave one unbroken chain", async () => {
  const { records } = await openTrail(0);

  await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      appendAudit(records, { at, who: "ann", action: "unblock", subject: "x", detail: {} }),
    ),
  );

  expect(await verifyAudit(records)).toEqual({ whole: true, entries: 20 });
});

test("entries within a transaction of the caller's stand or fall with it", async () => {
  const { records } = await openTrail(1);
  const entry = { at: 2, who: "ann", action: "block", subject: "5.6.7.8", detail: {} };

  const failing = records.transaction().execute(async (db) => {
    await appendAudit(db, entry);
    throw new Error("taken back");
  });
  await expect(failing).rejects.toThrow("taken back");
  expect(await verifyAudit(records)).toEqual({ whole: true, entries: 1 });

  await records.transaction().execute(async (db) => {
    await appendAudit(db, entry);
    await appendAudits(db, []);
    await appendAudits(db, [entry, { ...entry, subject: "1.2.3.4" }]);
  });
  expect(await verifyAudit(records)).toEqual({ whole: true, entries: 4 });
});

test("many entries at once are one chain, and those of one subject are found", async () => {
  const { records } = await openTrail(2);
  const base = { at: 3, who: "ann", action: "block", detail: { engines: ["x"] } };

  await appendAudits(
    records,
    Array.from({ length: 1_201 }, (_, at) => ({ ...base, subject: `5.6.${at >> 8}.${at & 255}` })),
  );

  expect(await verifyAudit(records)).toEqual({ whole: true, entries: 1_203 });
  expect((await auditOf(records, "5.6.4.176")).map(({ id, action }) => [id, action])).toEqual([
    [1_203, "block"],
  ]);
  expect(await auditOf(records, "9.9.9.9")).toEqual([]);
});
