import type { Records } from "../records/records.ts";
import { toRecord, type ResultRecord } from "../report/record.ts";
import type { ItemRow } from "../scans/item-rows.ts";
import { toResultOf } from "../scans/results.ts";
import { findScan } from "../scans/scan-store.ts";
import type { Scan } from "../scans/scan.ts";
import { turn } from "../turn.ts";
import type { AllResultsQuery, ResultsPage, ResultsQuery } from "../views.ts";
import { isInOrder, isSlice, rowsInOrder, sliceOf } from "./result-slice.ts";
import { matchingIn, readTable, type ResultTable, type Slim } from "./result-table.ts";
import { toResultTools } from "./scan-report.ts";
import type { Tools } from "./tools.ts";

const CHUNK = 500;
/** Of a row that has no answer yet: the scan may well run. */
const OPEN = "not asked yet";
/** Scans whose tables are held: of 100,000 rows one takes some 40 MB. */
const MOST_TABLES = 3;
/** While a scan runs its table is as old as this at most. */
const RUNNING_MS = 3000;
const OVER_MS = 60_000;

/** A table as it is held. */
interface Held {
  readonly table: ResultTable;
  /** Whether the scan was over when it was read. */
  readonly isOver: boolean;
  /** When it has to be read again, in ms since 1970. */
  readonly until: number;
}

/** Results of scans by page: as the database has them, or sorted and searched in memory, which is quick however many they are. */
export function createResultPages(tools: Tools): {
  page(scanId: string, query: ResultsQuery): Promise<ResultsPage>;
  /** All of them, some hundred at a time. */
  all(scanId: string, query: AllResultsQuery): AsyncIterable<readonly ResultRecord[]>;
} {
  const tables = new Map<string, Promise<Held>>();

  async function tableOf(scanId: string): Promise<ResultTable> {
    const known = await tables.get(scanId);
    const isOver = isOverNow(await findScan(tools.records, scanId));
    // What was read while it ran lacks answers.
    if (known?.isOver === isOver && known.until > tools.clock.now()) return known.table;
    const reading = hold(tools, scanId);
    tables.delete(scanId);
    tables.set(scanId, reading);
    reading.catch(() => tables.delete(scanId));
    for (const oldest of [...tables.keys()].slice(0, -MOST_TABLES)) tables.delete(oldest);
    return (await reading).table;
  }

  async function matchingOf(scanId: string, query: AllResultsQuery): Promise<readonly Slim[]> {
    return matchingIn(await tableOf(scanId), query, tools.config.rule);
  }

  return {
    async page(scanId, query) {
      if (isSlice(query)) {
        const { matching, rows } = await sliceOf(tools.records, scanId, query);
        return { matching, records: toRecords(tools, rows) };
      }
      const matching = await matchingOf(scanId, query);
      const wanted = matching.slice(query.from, query.from + query.most);
      const rows = await rowsAt(tools.records, scanId, wanted);
      return { matching: matching.length, records: toRecords(tools, rows) };
    },
    async *all(scanId, query) {
      if (isInOrder(query)) {
        for await (const rows of rowsInOrder(tools.records, scanId, query)) {
          yield toRecords(tools, rows);
          await turn({ isPatient: true });
        }
        return;
      }
      const matching = await matchingOf(scanId, query);
      for (let from = 0; from < matching.length; from += CHUNK) {
        const wanted = matching.slice(from, from + CHUNK);
        yield toRecords(tools, await rowsAt(tools.records, scanId, wanted));
        await turn({ isPatient: true });
      }
    },
  };
}

async function hold({ records, clock }: Tools, scanId: string): Promise<Held> {
  const isOver = isOverNow(await findScan(records, scanId));
  const table = await readTable(records, scanId);
  return { table, isOver, until: clock.now() + (isOver ? OVER_MS : RUNNING_MS) };
}

function isOverNow(scan: Scan | null): boolean {
  return scan?.state === "done" || scan?.state === "cancelled";
}

function toRecords(tools: Tools, rows: readonly ItemRow[]) {
  const toResult = toResultOf(toResultTools(tools), OPEN);
  return rows.map((row) => toRecord(toResult(row), tools.config.rule));
}

async function rowsAt(records: Records, scanId: string, wanted: readonly Slim[]): Promise<ItemRow[]> {
  const positions = wanted.map(({ position }) => position);
  if (positions.length === 0) return [];
  const rows = await records
    .selectFrom("scan_item")
    .selectAll()
    .where("scan_id", "=", scanId)
    .where("position", "in", positions)
    .execute();
  const known = new Map(rows.map((row) => [row.position, row]));
  return positions.flatMap((position) => known.get(position) ?? []);
}
