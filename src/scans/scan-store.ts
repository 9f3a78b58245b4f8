import { sql, type Insertable, type Selectable } from "kysely";

import { UserError } from "../errors.ts";
import type { Piece } from "../model.ts";
import { appendAudit, type AuditEntry } from "../records/audit-trail.ts";
import { isAlive, thisOwner } from "../records/owner.ts";
import type { Records } from "../records/records.ts";
import type { ScanTable } from "../records/tables.ts";
import { newShortId } from "../short-id.ts";
import { insertAsDraft } from "./draft.ts";
import { insertItems, reopenItems, ROWS_AT_ONCE, unchecked } from "./item-store.ts";
import type { Scan, ScanOptions, ScanSource } from "./scan.ts";

export interface NewScan {
  readonly items: readonly Piece[];
  readonly fingerprint: string;
  readonly options: ScanOptions;
  readonly source: ScanSource;
  readonly requestedBy: string;
  readonly createdAt: number;
  /** Left out: it is running. */
  readonly state?: "planned" | "running";
  /** Of a scan of chat. */
  readonly chat?: { readonly conversation: string; readonly delivery: string };
  /** What the audit trail says of it, written with it. */
  readonly audit?: (id: string) => AuditEntry;
}

/** Writes a new scan with all its items down, owned by this process: from one moment on it is there as a whole. */
export async function insertScan(records: Records, scan: NewScan): Promise<string> {
  const { items, audit } = scan;
  const id = await freeScanId(records);
  const row = toRow(id, scan);
  async function publish(db: Records): Promise<void> {
    if (audit !== undefined) await appendAudit(db, audit(id));
  }
  if (items.length > ROWS_AT_ONCE) {
    await insertAsDraft(records, row, items, publish);
    return id;
  }
  await records.transaction().execute(async (db) => {
    await db.insertInto("scan").values(row).execute();
    await insertItems(db, id, items, 0);
    await publish(db);
  });
  return id;
}

function toRow(id: string, scan: NewScan): Insertable<ScanTable> & { readonly id: string } {
  return {
    id,
    created_at: scan.createdAt,
    finished_at: null,
    state: scan.state ?? "running",
    fingerprint: scan.fingerprint,
    options: JSON.stringify(scan.options),
    source: JSON.stringify(scan.source),
    requested_by: scan.requestedBy,
    owner: thisOwner,
    requests: 0,
    elapsed_ms: 0,
    conversation: scan.chat?.conversation ?? null,
    delivery: scan.chat?.delivery ?? null,
  };
}

async function freeScanId(records: Records): Promise<string> {
  const id = newShortId("S");
  const taken = await records.selectFrom("scan").select("id").where("id", "=", id).executeTakeFirst();
  return taken === undefined ? id : freeScanId(records);
}

/** The scan of that id, or null. */
export async function findScan(records: Records, id: string): Promise<Scan | null> {
  const row = await written(records).selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? null : toScan(row);
}

/** Scans that are there as a whole. */
function written(records: Records) {
  return records.selectFrom("scan").where("state", "!=", "draft");
}

/** The newest scan of the same input and options, begun after `since`, that a process left unfinished; or null. */
export async function findInterrupted(
  records: Records,
  fingerprint: string,
  since: number,
): Promise<Scan | null> {
  const rows = await records
    .selectFrom("scan")
    .selectAll()
    .where("fingerprint", "=", fingerprint)
    .where("state", "=", "running")
    .where("created_at", ">=", since)
    .orderBy("created_at", "desc")
    .execute();
  return rows.map(toScan).find((scan) => scan.state === "interrupted") ?? null;
}

/** The newest scan that was interrupted, or ended with something unchecked that may be asked again; or null. */
export async function findUnfinished(records: Records): Promise<Scan | null> {
  const rows = await records
    .selectFrom("scan")
    .selectAll()
    .where("state", "in", ["running", "done"])
    .where("id", "in", unchecked(records).select("scan_id"))
    .orderBy("created_at", "desc")
    .execute();
  const scans = rows.map(toScan);
  return scans.find((scan) => scan.state === "interrupted") ?? scans.find(mayGoOn) ?? null;
}

/** What a scan of cached verdicts only left out, it would leave out again. */
function mayGoOn(scan: Scan): boolean {
  return scan.state === "done" && !scan.options.cachedOnly;
}

/** The newest scans first. */
export async function listScans(records: Records, most: number): Promise<readonly Scan[]> {
  const rows = await written(records).selectAll().orderBy("created_at", "desc").limit(most).execute();
  return rows.map(toScan);
}

/** Scans that somebody works on now, the newest first. */
export async function listRunning(records: Records): Promise<readonly Scan[]> {
  const rows = await records
    .selectFrom("scan")
    .selectAll()
    .where("state", "=", "running")
    .orderBy("created_at", "desc")
    .execute();
  return rows.map(toScan).filter(({ state }) => state === "running");
}

/**
 * Makes this process the one that works on the scan, and opens again what could not be checked or was checked before `since`.
 * @throws UserError when another process works on it.
 */
export async function claimScan(records: Records, id: string, since: number): Promise<void> {
  await records.transaction().execute(async (db) => {
    const row = { owner: thisOwner, state: "running" as const, finished_at: null };
    await db
      .updateTable("scan")
      .set({ requests: sql<number>`requests` })
      .where("id", "=", id)
      .execute();
    const { owner, state } = await db
      .selectFrom("scan")
      .select(["owner", "state"])
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    if (state === "running" && owner !== thisOwner && isAlive(owner)) {
      throw new UserError(
        `Scan ${id} is running in another process. Wait for it, or stop it with: vtip cancel ${id}`,
      );
    }
    await db.updateTable("scan").set(row).where("id", "=", id).execute();
    await reopenItems(db, id, since);
  });
}

/**
 * Whether this process works on the scan: another one has taken it over when it held this one for dead. With
 * `unlessCancelled`, and nobody has cancelled it.
 */
export async function isOurs(
  records: Records,
  id: string,
  { unlessCancelled = false } = {},
): Promise<boolean> {
  const row = await records
    .selectFrom("scan")
    .select(["owner", "state"])
    .where("id", "=", id)
    .executeTakeFirst();
  return row?.owner === thisOwner && !(unlessCancelled && row.state === "cancelled");
}

/** Ends a scan, with what this run of it took: that counts too where another process has taken the scan over. */
export async function finishScan(
  records: Records,
  id: string,
  end: { state: "running" | "done" | "cancelled"; finishedAt: number; requests: number; elapsedMs: number },
): Promise<void> {
  await records
    .updateTable("scan")
    .set({
      state: sql<
        ScanTable["state"]
      >`case when state = 'cancelled' or owner <> ${thisOwner} then state else ${end.state} end`,
      finished_at: sql<
        number | null
      >`case when owner <> ${thisOwner} then finished_at else ${end.state === "running" ? null : end.finishedAt} end`,
      requests: sql<number>`requests + ${end.requests}`,
      elapsed_ms: sql<number>`elapsed_ms + ${end.elapsedMs}`,
    })
    .where("id", "=", id)
    .execute();
}

/** Asks whoever works on the scan to stop; what is planned only is this process's to report. False when it is over already. */
export async function cancelScan(records: Records, id: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await records
    .updateTable("scan")
    .set({
      state: "cancelled",
      finished_at: now,
      owner: sql<string>`case when state = 'planned' then ${thisOwner} else owner end`,
    })
    .where("id", "=", id)
    .where("state", "in", ["planned", "running"])
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function toScan(row: Selectable<ScanTable>): Scan {
  if (row.state === "draft") throw new Error(`scan ${row.id} is not written yet`);
  return {
    id: row.id,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
    state: row.state === "running" && !isAlive(row.owner) ? "interrupted" : row.state,
    options: JSON.parse(row.options) as ScanOptions,
    source: JSON.parse(row.source) as ScanSource,
    requestedBy: row.requested_by,
    conversation: row.conversation,
    requests: row.requests,
    elapsedMs: row.elapsed_ms,
  };
}
