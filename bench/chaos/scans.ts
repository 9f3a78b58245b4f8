import type { Status } from "../../src/model.ts";
import type { Records } from "../../src/records/records.ts";
import type { House } from "./house.ts";

/** One piece of a scan as the records have it. */
export interface Item {
  readonly kind: string | null;
  readonly value: string | null;
  readonly input: string;
  readonly status: Status | null;
}

/** A scan as the records have it. */
export interface SeenScan {
  readonly id: string;
  readonly state: string;
  readonly conversation: string | null;
  readonly isReported: boolean;
  /** In ms since 1970. */
  readonly createdAt: number;
  readonly items: readonly Item[];
}

/** Whether there is a scan of what has this piece in it. */
export async function hasScanOf(house: House, marker: string): Promise<boolean> {
  const records = house.records();
  return records !== null && (await idsOf(records, marker)).length > 0;
}

/** The scans of what has this piece in it, oldest first. */
export async function scansOf(records: Records, marker: string): Promise<readonly SeenScan[]> {
  const ids = await idsOf(records, marker);
  return Promise.all(ids.map(async (id) => readScan(records, id)));
}

/** All scans, without their items. */
export async function allScans(records: Records): Promise<readonly Omit<SeenScan, "items">[]> {
  const rows = await records
    .selectFrom("scan")
    .select(["id", "state", "conversation", "reported", "created_at as createdAt"])
    .where("state", "!=", "draft")
    .execute();
  return rows.map(({ reported, ...row }) => ({ ...row, isReported: reported === 1 }));
}

async function idsOf(records: Records, marker: string): Promise<readonly string[]> {
  const rows = await records
    .selectFrom("scan_item")
    .innerJoin("scan", "scan.id", "scan_item.scan_id")
    .select(["scan.id", "scan.created_at"])
    .distinct()
    .where("scan_item.value", "=", marker)
    .where("scan.state", "!=", "draft")
    .orderBy("scan.created_at")
    .execute();
  return rows.map(({ id }) => id);
}

/** One scan with its items. */
export async function readScan(records: Records, id: string): Promise<SeenScan> {
  const row = await records
    .selectFrom("scan")
    .select(["id", "state", "conversation", "reported", "created_at as createdAt"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  const items = await records
    .selectFrom("scan_item")
    .select(["kind", "value", "input", "status"])
    .where("scan_id", "=", id)
    .orderBy("position")
    .execute();
  const { reported, ...rest } = row;
  return { ...rest, isReported: reported === 1, items };
}
