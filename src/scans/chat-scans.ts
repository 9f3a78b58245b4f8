import { isAlive, thisOwner } from "../records/owner.ts";
import type { Records } from "../records/records.ts";
import { findScan } from "./scan-store.ts";
import type { Scan, ScanOptions } from "./scan.ts";

/** The scan that a delivery has led to, or null. */
export async function findByDelivery(records: Records, delivery: string): Promise<Scan | null> {
  const row = await records
    .selectFrom("scan")
    .select("id")
    .where("delivery", "=", delivery)
    .executeTakeFirst();
  return row === undefined ? null : findScan(records, row.id);
}

/** Scans of a conversation with items that have no answer yet, and the indicators of these. */
export async function findUnfinishedOf(
  records: Records,
  conversation: string,
): Promise<readonly { readonly scanId: string; readonly addresses: readonly string[] }[]> {
  const rows = await records
    .selectFrom("scan")
    .innerJoin("scan_item", "scan_item.scan_id", "scan.id")
    .select(["scan.id", "scan_item.value"])
    .where("scan.conversation", "=", conversation)
    .where("scan.state", "in", ["planned", "running"])
    .where("scan_item.status", "is", null)
    .execute();
  const byScan = new Map<string, string[]>();
  for (const { id, value } of rows) {
    const addresses = byScan.get(id) ?? [];
    if (value !== null) addresses.push(value);
    byScan.set(id, addresses);
  }
  return [...byScan].map(([scanId, addresses]) => ({ scanId, addresses }));
}

/** Starts a planned scan for this process: the scan as it is then. Null when somebody started or cancelled it before. */
export async function startPlanned(records: Records, scan: Scan, cachedOnly: boolean): Promise<Scan | null> {
  const options: ScanOptions = { ...scan.options, cachedOnly };
  const { numUpdatedRows } = await records
    .updateTable("scan")
    .set({ state: "running", owner: thisOwner, options: JSON.stringify(options) })
    .where("id", "=", scan.id)
    .where("state", "=", "planned")
    .executeTakeFirst();
  return numUpdatedRows === 1n ? { ...scan, state: "running", options } : null;
}

/** Nothing is left to be said about it. */
export async function markReported(records: Records, id: string): Promise<void> {
  await records.updateTable("scan").set({ reported: 1 }).where("id", "=", id).execute();
}

/** Whether something is left to be said about it, and it is this process's to say. */
export async function isLeftToUs(records: Records, id: string): Promise<boolean> {
  const row = await records
    .selectFrom("scan")
    .select("id")
    .where("id", "=", id)
    .where("owner", "=", thisOwner)
    .where("reported", "=", 0)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Scans of chat about which others have left something to be said, in conversations that `mayTake` lets through; from
 * now on this run's.
 */
export async function takeOverUnreported(
  records: Records,
  mayTake: (conversation: string) => boolean,
): Promise<readonly Scan[]> {
  const rows = await records
    .selectFrom("scan")
    .select(["id", "owner", "conversation"])
    .where("conversation", "is not", null)
    .where("reported", "=", 0)
    .orderBy("created_at")
    .execute();
  const scans: Scan[] = [];
  const left = rows.filter(
    ({ owner, conversation }) => conversation !== null && mayTake(conversation) && !isAlive(owner),
  );
  for (const { id, owner } of left) {
    try {
      const scan = await findScan(records, id);
      if (scan !== null && (await takeOverScan(records, id, owner))) scans.push(scan);
    } catch (error) {
      // What was taken before a fault is this run's: it must not be forgotten over it.
      if (scans.length === 0) throw error;
      return scans;
    }
  }
  return scans;
}

async function takeOverScan(records: Records, id: string, owner: string): Promise<boolean> {
  const { numUpdatedRows } = await records
    .updateTable("scan")
    .set({ owner: thisOwner })
    .where("id", "=", id)
    .where("owner", "=", owner)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
