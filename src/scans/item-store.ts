import type { Insertable, Transaction } from "kysely";

import type { Piece, SkipCause, Status } from "../model.ts";
import type { Records } from "../records/records.ts";
import type { ScanItemTable, Tables } from "../records/tables.ts";
import { toItemRow, type ItemRow } from "./item-rows.ts";

/** Rows that one statement carries: 15 values each, far below SQLite's limit of 32,766. */
export const ROWS_AT_ONCE = 500;

/** Writes items of a new scan down, at most `ROWS_AT_ONCE`; the first has the place `from`. */
export async function insertItems(
  records: Records,
  id: string,
  items: readonly Piece[],
  from: number,
): Promise<void> {
  if (items.length === 0) return;
  const rows = items.map((piece, at) => toItemRow(id, piece, from + at));
  await records.insertInto("scan_item").values(rows).execute();
}

/** What may be asked again after it could not be checked. */
const MAY_BE_ASKED: readonly SkipCause[] = ["over-budget", "not-cached", "cancelled"];

/** Items without an answer: open, failed, or skipped for a passing reason. */
export function unchecked(records: Records) {
  return records
    .selectFrom("scan_item")
    .where((item) =>
      item.or([item("status", "is", null), item("status", "=", "failed"), item("cause", "in", MAY_BE_ASKED)]),
    );
}

/** How many items of a scan would be asked if it went on. */
export async function countUnchecked(records: Records, id: string): Promise<number> {
  const row = await unchecked(records)
    .where("scan_id", "=", id)
    .select((item) => item.fn.countAll<number>().as("items"))
    .executeTakeFirstOrThrow();
  return row.items;
}

/** Opens again what could not be checked, or was checked before `since`, so that it is asked when the scan goes on. */
export async function reopenItems(db: Transaction<Tables>, id: string, since: number): Promise<void> {
  await db
    .updateTable("scan_item")
    .set({ status: null, cause: null, reason: null, code: null, facts: null, checked_at: null, cached: 0 })
    .where("scan_id", "=", id)
    .where((item) =>
      item.or([
        item("status", "=", "failed"),
        item("cause", "in", MAY_BE_ASKED),
        item("checked_at", "<", since),
      ]),
    )
    .execute();
}

/** Closes what is open, as cancelled. */
export async function cancelOpenItems(records: Records, id: string, reason: string): Promise<void> {
  await records
    .updateTable("scan_item")
    .set({ status: "skipped", cause: "cancelled", reason })
    .where("scan_id", "=", id)
    .where("status", "is", null)
    .execute();
}

/** Items without an answer, in order, from `from` on. */
export async function openItems(
  records: Records,
  id: string,
  from: number,
  most: number,
): Promise<ItemRow[]> {
  return itemsOf(records, id, null, from - 1, most);
}

/** Writes answered rows down, all or none. */
export async function writeItems(
  records: Records,
  rows: readonly Insertable<ScanItemTable>[],
): Promise<void> {
  await records.transaction().execute(async (db) => {
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
      await db
        .insertInto("scan_item")
        .values(rows.slice(at, at + ROWS_AT_ONCE))
        .onConflict((row) =>
          row.columns(["scan_id", "position"]).doUpdateSet((eb) => ({
            status: eb.ref("excluded.status"),
            cause: eb.ref("excluded.cause"),
            reason: eb.ref("excluded.reason"),
            code: eb.ref("excluded.code"),
            facts: eb.ref("excluded.facts"),
            checked_at: eb.ref("excluded.checked_at"),
            cached: eb.ref("excluded.cached"),
          })),
        )
        .execute();
    }
  });
}

/** Items from `from` on, in order of the input. */
export async function itemsFrom(
  records: Records,
  id: string,
  from: number,
  most: number,
): Promise<ItemRow[]> {
  return inOrder(records, id, from - 1, most).execute();
}

/** Items of one status (null: open), in order of the input. */
export async function itemsOf(
  records: Records,
  id: string,
  status: Status | null,
  after: number,
  most: number,
): Promise<ItemRow[]> {
  return inOrder(records, id, after, most)
    .where("status", status === null ? "is" : "=", status)
    .execute();
}

function inOrder(records: Records, id: string, after: number, most: number) {
  return records
    .selectFrom("scan_item")
    .selectAll()
    .where("scan_id", "=", id)
    .where("position", ">", after)
    .orderBy("position")
    .limit(most);
}

/** How many items there are of each status and cause, and how many of them came from the cache. */
export async function countItems(records: Records, id: string) {
  return records
    .selectFrom("scan_item")
    .select((row) => [
      "status",
      "cause",
      row.fn.countAll<number>().as("items"),
      row.fn.sum<number>("cached").as("cached"),
    ])
    .where("scan_id", "=", id)
    .groupBy(["status", "cause"])
    .execute();
}
