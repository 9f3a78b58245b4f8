import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";

import { openRecords, urgentRecords, type Records } from "../../src/records/records.ts";
import { temporaryFolder } from "../temporary-folder.ts";

async function open(): Promise<Records> {
  const records = await openRecords({ dataDir: temporaryFolder() });
  onTestFinished(() => records.destroy());
  return records;
}

async function write(records: Records, delivery: string): Promise<void> {
  await records
    .insertInto("request")
    .values({ delivery, received_at: 1, state: "open", incoming: "{}", owner: "1-a" })
    .execute();
}

async function deliveries(records: Records): Promise<string[]> {
  const rows = await records
    .selectFrom("request")
    .select("delivery")
    .orderBy(sql`rowid`)
    .execute();
  return rows.map(({ delivery }) => delivery);
}

test("what is urgent is written before what waited already", async () => {
  const records = await open();
  const patient = ["a", "b", "c"].map(async (delivery) => write(records, delivery));

  await Promise.all([...patient, write(urgentRecords(records), "urgent")]);

  expect(await deliveries(records)).toEqual(["urgent", "a", "b", "c"]);
});

test("what is urgent never gets into somebody else's transaction", async () => {
  const records = await open();
  const begun: Promise<void>[] = [];

  const undone = records.transaction().execute(async (db) => {
    await write(db, "undone");
    begun.push(write(urgentRecords(records), "urgent"));
    throw new Error("the rest failed");
  });

  await expect(undone).rejects.toThrow("the rest failed");
  await Promise.all(begun);
  expect(await deliveries(records)).toEqual(["urgent"]);
});

test("a statement that failed holds nobody up", async () => {
  const records = await open();
  await write(records, "a");

  await expect(write(records, "a")).rejects.toThrow("UNIQUE");
  await expect(write(urgentRecords(records), "a")).rejects.toThrow("UNIQUE");

  await write(records, "b");
  expect(await deliveries(records)).toEqual(["a", "b"]);
});

test("the same statement gives what stands there now, each time", async () => {
  const records = await open();

  expect(await deliveries(records)).toEqual([]);
  await write(records, "a");
  expect(await deliveries(records)).toEqual(["a"]);
  await write(urgentRecords(records), "b");
  expect(await deliveries(records)).toEqual(["a", "b"]);
});

test("a transaction that SQLite has ended by itself fails with the reason, and not with its end", async () => {
  const records = await open();
  await sql`insert into lease (name, owner, until) values ('a', 'ann', 1)`.execute(records);

  const twice = records.transaction().execute(async (db) => {
    await sql`insert or rollback into lease (name, owner, until) values ('a', 'bob', 1)`.execute(db);
  });

  await expect(twice).rejects.toThrow("UNIQUE");
});
