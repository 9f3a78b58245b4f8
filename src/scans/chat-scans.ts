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

/** Starts a planned scan for this process. False when somebody started or cancelled it before. */
export async function startPlanned(records: Records, scan: Scan, cachedOnly: boolean): Promise<boolean> {
  const options: ScanOptions = { ...scan.options, cachedOnly };
  const { numUpdatedRows } = await records
    .updateTable("scan")
    .set({ state: "running", owner: thisOwner, options: JSON.stringify(options) })
    .where("id", "=", scan.id)
    .where("state", "=", "planned")
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Nothing is left to be said about it. */
export async function markReported(records: Records, id: string): Promise<void> {
  await records.updateTable("scan").set({ reported: 1 }).where("id", "=", id).execute();
}

/** Scans of chat about which an earlier run has left something to be said; from now on this run's. */
export async function takeOverUnreported(records: Records): Promise<readonly Scan[]> {
  const rows = await records
    .selectFrom("scan")
    .select(["id", "owner"])
    .where("conversation", "is not", null)
    .where("reported", "=", 0)
    .orderBy("created_at")
    .execute();
  const scans: Scan[] = [];
  for (const { id, owner } of rows.filter((row) => !isAlive(row.owner))) {
    const { numUpdatedRows } = await records
      .updateTable("scan")
      .set({ owner: thisOwner })
      .where("id", "=", id)
      .where("owner", "=", owner)
      .executeTakeFirst();
    const scan = numUpdatedRows === 1n ? await findScan(records, id) : null;
    if (scan !== null) scans.push(scan);
  }
  return scans;
}
