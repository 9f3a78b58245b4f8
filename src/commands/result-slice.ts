import type { Status } from "../model.ts";
import type { Records } from "../records/records.ts";
import type { ItemRow } from "../scans/item-rows.ts";
import type { AllResultsQuery, ResultsQuery } from "../views.ts";
import { WORST_FIRST } from "./scan-report.ts";

const CHUNK = 500;

/** Rows of a page, and how many there are in all. */
interface Slice {
  readonly matching: number;
  readonly rows: readonly ItemRow[];
}

/** Whether the database itself can answer it: then the whole of a scan need not be read first. */
export function isSlice({ orderBy, search }: AllResultsQuery): boolean {
  return search.trim() === "" && (orderBy === "position" || orderBy === "status");
}

/** A page in the order of the input, or by status, read alone. */
export async function sliceOf(records: Records, scanId: string, query: ResultsQuery): Promise<Slice> {
  const counts = await countsOf(records, scanId);
  const wanted = WORST_FIRST.filter((one) => query.statuses.length === 0 || query.statuses.includes(one));
  const groups = query.orderBy === "position" ? [wanted] : wanted.map((one) => [one]);
  const rows: ItemRow[] = [];
  let before = 0;
  for (const group of query.isDescending ? groups.toReversed() : groups) {
    const count = group.reduce((sum, one) => sum + (counts.get(one) ?? 0), 0);
    const from = Math.max(0, query.from - before);
    const most = query.most - rows.length;
    if (from < count && most > 0) rows.push(...(await rowsOf(records, scanId, group, query, { from, most })));
    before += count;
  }
  return { matching: before, rows };
}

/** Whether the database hands all of them out one after the other. */
export function isInOrder(query: AllResultsQuery): boolean {
  return isSlice(query) && !(query.orderBy === "position" && query.isDescending);
}

/** All rows of a query that `isInOrder`, some hundred at a time. */
export async function* rowsInOrder(
  records: Records,
  scanId: string,
  { orderBy, isDescending, statuses }: AllResultsQuery,
): AsyncGenerator<readonly ItemRow[]> {
  const wanted = WORST_FIRST.filter((one) => statuses.length === 0 || statuses.includes(one));
  const groups = orderBy === "position" ? [wanted] : wanted.map((one) => [one]);
  for (const group of isDescending ? groups.toReversed() : groups) {
    for (let after = -1; ;) {
      const rows = await inOrder(records, scanId, group).where("position", ">", after).limit(CHUNK).execute();
      const last = rows.at(-1);
      if (last === undefined) break;
      yield rows;
      after = last.position;
    }
  }
}

async function countsOf(records: Records, scanId: string): Promise<ReadonlyMap<Status, number>> {
  const found = await records
    .selectFrom("scan_item")
    .select(({ fn }) => ["status", fn.countAll<number | string>().as("count")])
    .where("scan_id", "=", scanId)
    .groupBy("status")
    .execute();
  const counts = new Map<Status, number>();
  for (const { status, count } of found) {
    const shown = status ?? "skipped";
    counts.set(shown, (counts.get(shown) ?? 0) + Number(count));
  }
  return counts;
}

async function rowsOf(
  records: Records,
  scanId: string,
  statuses: readonly Status[],
  { orderBy, isDescending }: ResultsQuery,
  { from, most }: { readonly from: number; readonly most: number },
): Promise<readonly ItemRow[]> {
  const direction = orderBy === "position" && isDescending ? "desc" : "asc";
  return inOrder(records, scanId, statuses, direction).limit(most).offset(from).execute();
}

function inOrder(
  records: Records,
  scanId: string,
  statuses: readonly Status[],
  direction: "asc" | "desc" = "asc",
) {
  const query = records
    .selectFrom("scan_item")
    .selectAll()
    .where("scan_id", "=", scanId)
    .orderBy("position", direction);
  if (statuses.length === WORST_FIRST.length) return query;
  return query.where((row) => {
    const known = row("status", "in", statuses);
    return statuses.includes("skipped") ? row.or([known, row("status", "is", null)]) : known;
  });
}
