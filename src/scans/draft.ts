import type { Insertable } from "kysely";

import type { Piece } from "../model.ts";
import { isAlive } from "../records/owner.ts";
import type { Records } from "../records/records.ts";
import type { ScanTable } from "../records/tables.ts";
import { insertItems, ROWS_AT_ONCE } from "./item-store.ts";

/**
 * Writes a long scan down in parts, so that nobody waits for all of it. Until `publish`, which belongs to the moment
 * in which it becomes a scan, nobody sees it; a process that dies before leaves nothing but rows that the next removes.
 */
export async function insertAsDraft(
  records: Records,
  row: Insertable<ScanTable> & { readonly id: string },
  items: readonly Piece[],
  publish: (db: Records) => Promise<void>,
): Promise<void> {
  await dropLeftDrafts(records);
  const { id, state, conversation, delivery } = row;
  const draft = { ...row, state: "draft", conversation: null, delivery: null } as const;
  await records.insertInto("scan").values(draft).execute();
  try {
    for (let at = 0; at < items.length; at += ROWS_AT_ONCE) {
      await insertItems(records, id, items.slice(at, at + ROWS_AT_ONCE), at);
    }
    await records.transaction().execute(async (db) => {
      await db.updateTable("scan").set({ state, conversation, delivery }).where("id", "=", id).execute();
      await publish(db);
    });
  } catch (error) {
    await drop(records, id).catch(() => undefined);
    throw error;
  }
}

async function dropLeftDrafts(records: Records): Promise<void> {
  const drafts = await records
    .selectFrom("scan")
    .select(["id", "owner"])
    .where("state", "=", "draft")
    .execute();
  for (const { id } of drafts.filter(({ owner }) => !isAlive(owner))) await drop(records, id);
}

/** Its items go with it. */
async function drop(records: Records, id: string): Promise<void> {
  await records.deleteFrom("scan").where("id", "=", id).where("state", "=", "draft").execute();
}
