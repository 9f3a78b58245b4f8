import type { Indicator, Status } from "../model.ts";
import type { Records } from "../records/records.ts";

/** One scan in which an indicator came up. */
export interface Sighting {
  readonly scanId: string;
  readonly at: number;
  readonly source: string;
  readonly status: Status | null;
}

const MOST = 10;

/** The newest scans in which the indicator came up, and in how many it did at all. */
export async function lastSeen(
  records: Records,
  { kind, value }: Indicator,
): Promise<{ readonly count: number; readonly newest: readonly Sighting[] }> {
  const seen = records
    .selectFrom("scan_item")
    .innerJoin("scan", "scan.id", "scan_item.scan_id")
    .where("scan_item.value", "=", value)
    .where("scan_item.kind", "=", kind)
    .where("scan.state", "!=", "draft");
  const { count } = await seen
    .select((row) => row.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  const rows = await seen
    .select(["scan.id", "scan.created_at", "scan.source", "scan_item.status"])
    .orderBy("scan.created_at", "desc")
    .limit(MOST)
    .execute();
  const newest = rows.map((row) => ({
    scanId: row.id,
    at: row.created_at,
    source: (JSON.parse(row.source) as { name: string }).name,
    status: row.status,
  }));
  return { count, newest };
}
