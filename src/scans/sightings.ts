import type { Facts, Indicator, Status } from "../model.ts";
import { FactsRow } from "../records/facts-row.ts";
import type { Records } from "../records/records.ts";

/** One scan in which an indicator came up. */
export interface Sighting {
  readonly scanId: string;
  readonly at: number;
  readonly source: string;
  readonly status: Status | null;
}

/** The same with what was found, and where it was asked for. */
export interface FullSighting extends Sighting {
  readonly facts: Facts | null;
  /** Null at the command line. */
  readonly conversation: string | null;
}

const MOST = 10;

/** The newest scans in which the indicator came up, at most `most` of them, and in how many it did at all. */
export async function lastSeen(
  records: Records,
  { kind, value }: Indicator,
  most = MOST,
): Promise<{ readonly count: number; readonly newest: readonly FullSighting[] }> {
  const seen = records
    .selectFrom("scan_item")
    .innerJoin("scan", "scan.id", "scan_item.scan_id")
    .where("scan_item.value", "=", value)
    .where("scan_item.kind", "=", kind)
    .where("scan.state", "!=", "draft");
  const { count } = await seen
    .select((row) => row.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  const newest = seen
    .select(["scan.id", "scan.created_at", "scan.source", "scan.conversation", "scan_item.position"])
    .orderBy("scan.created_at", "desc")
    .limit(most);
  // What was found is long: it is read for those alone that are told.
  const rows = await records
    .selectFrom(newest.as("newest"))
    .innerJoin("scan_item", (join) =>
      join.onRef("scan_item.scan_id", "=", "newest.id").onRef("scan_item.position", "=", "newest.position"),
    )
    .select(["newest.id", "newest.created_at", "newest.source", "newest.conversation"])
    .select(["scan_item.status", "scan_item.facts"])
    .orderBy("newest.created_at", "desc")
    .execute();
  return {
    count,
    newest: rows.map((row) => ({
      scanId: row.id,
      at: row.created_at,
      source: (JSON.parse(row.source) as { name: string }).name,
      status: row.status,
      facts: row.facts === null ? null : FactsRow.parse(JSON.parse(row.facts)),
      conversation: row.conversation,
    })),
  };
}
