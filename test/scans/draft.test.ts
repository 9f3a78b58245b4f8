import { expect, onTestFinished, test } from "vitest";

import type { Piece } from "../../src/model.ts";
import { openRecords, urgentRecords, type Records } from "../../src/records/records.ts";
import { findByDelivery } from "../../src/scans/chat-scans.ts";
import { findScan, insertScan, listScans } from "../../src/scans/scan-store.ts";
import { lastSeen } from "../../src/scans/sightings.ts";
import { placeOf } from "../records/place.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { pieces } from "./pieces.ts";

const LONG = 1800;

async function open(): Promise<Records> {
  const records = await openRecords(placeOf(temporaryFolder()));
  onTestFinished(() => records.destroy());
  return records;
}

function toScan(items: readonly Piece[]) {
  return {
    items,
    fingerprint: "f",
    options: { fresh: false, cachedOnly: false, urlLookup: "host" },
    source: { name: "list", columns: [], findings: items.length, out: null },
    requestedBy: "room:alice",
    createdAt: 1,
    chat: { conversation: "room:1", delivery: "d1" },
  } as const;
}

async function itemsIn(records: Records): Promise<number> {
  const { items } = await records
    .selectFrom("scan_item")
    .select((row) => row.fn.countAll<number>().as("items"))
    .executeTakeFirstOrThrow();
  return items;
}

async function leaveDraft(records: Records, owner: string): Promise<string> {
  const id = await insertScan(records, toScan(pieces(1)));
  await records.updateTable("scan").set({ state: "draft", owner, delivery: null }).execute();
  return id;
}

/** Fails when the `at`-th of them is written. */
function failingAt(at: number): readonly Piece[] {
  return pieces(LONG).map((piece, place) => ({
    ...piece,
    get count(): number {
      if (place === at) throw new Error("the disk is full");
      return 1;
    },
  }));
}

test("a long scan is seen as a whole or not at all, while it is written", async () => {
  const records = await open();
  const seen = new Set<number>();
  const writing = { isOver: false };
  const inserting = insertScan(records, toScan(pieces(LONG))).finally(() => (writing.isOver = true));

  while (!writing.isOver) {
    const scan = await findByDelivery(records, "d1");
    seen.add(scan === null ? 0 : await itemsIn(records));
    const { count } = await lastSeen(records, { kind: "ip", value: "45.0.0.0" });
    expect(count).toBeLessThanOrEqual((await listScans(records, 10)).length);
  }

  const id = await inserting;
  expect([...seen].toSorted((a, b) => a - b)).toContain(0);
  expect([...seen].every((items) => items === 0 || items === LONG)).toBe(true);
  expect(await findScan(records, id)).toMatchObject({ state: "running", conversation: "room:1" });
  expect(await itemsIn(records)).toBe(LONG);
});

test("what comes in while a long scan is written need not wait for the end of it", async () => {
  const records = await open();
  const order: string[] = [];
  const inserting = insertScan(records, toScan(pieces(LONG))).then(() => order.push("scan"));
  await new Promise((resolve) => setTimeout(resolve, 0));

  const row = { delivery: "d2", received_at: 1, state: "open", incoming: "{}", owner: "1-a" } as const;
  await urgentRecords(records).insertInto("request").values(row).execute();
  order.push("request");
  await inserting;

  expect(order).toEqual(["request", "scan"]);
});

test("a long scan that cannot be written to its end leaves nothing", async () => {
  const records = await open();

  await expect(insertScan(records, toScan(failingAt(1100)))).rejects.toThrow("the disk is full");

  expect(await listScans(records, 10)).toEqual([]);
  expect(await itemsIn(records)).toBe(0);
  await insertScan(records, toScan(pieces(LONG)));
  expect(await listScans(records, 10)).toHaveLength(1);
});

test("what a process that died has left of a long scan is no scan, and goes with the next one", async () => {
  const records = await open();
  const id = await leaveDraft(records, "999999999-gone");

  expect(await findScan(records, id)).toBeNull();
  expect(await listScans(records, 10)).toEqual([]);
  await insertScan(records, toScan(pieces(LONG)));

  expect(await listScans(records, 10)).toHaveLength(1);
  expect(await itemsIn(records)).toBe(LONG);
});

test("what another process is still writing stays", async () => {
  const records = await open();
  await leaveDraft(records, `${process.ppid}-other`);

  await insertScan(records, toScan(pieces(LONG)));

  expect(await itemsIn(records)).toBe(LONG + 1);
});
