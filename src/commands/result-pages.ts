import type { Status } from "../model.ts";
import { FactsRow } from "../records/facts-row.ts";
import type { Records } from "../records/records.ts";
import { toRecord } from "../report/record.ts";
import { score } from "../report/score.ts";
import type { ItemRow } from "../scans/item-rows.ts";
import { itemsFrom } from "../scans/item-store.ts";
import { toResultOf } from "../scans/results.ts";
import { findScan } from "../scans/scan-store.ts";
import type { Scan } from "../scans/scan.ts";
import { turn } from "../turn.ts";
import type { ResultsPage, ResultsQuery } from "../views.ts";
import { isSlice, sliceOf } from "./result-slice.ts";
import { toResultTools, WORST_FIRST } from "./scan-report.ts";
import type { Tools } from "./tools.ts";

/** What a row is sorted and found by. */
interface Slim {
  readonly position: number;
  readonly status: Status;
  readonly indicator: string;
  readonly detections: number;
  readonly owner: string;
  readonly country: string;
  readonly analysedAt: number;
  readonly checkedAt: number;
  /** In lower case. */
  readonly text: string;
}

interface Table {
  readonly slims: readonly Slim[];
  /** Whether the scan was over when it was read. */
  readonly isOver: boolean;
  /** When it has to be read again, in ms since 1970. */
  readonly until: number;
  order: { readonly name: string; readonly slims: readonly Slim[] } | null;
}

const CHUNK = 500;
/** Of a row that has no answer yet: the scan may well run. */
const OPEN = "not asked yet";
/** Scans whose tables are held: of 100,000 rows one takes some 40 MB. */
const MOST_TABLES = 3;
/** While a scan runs its table is as old as this at most. */
const RUNNING_MS = 3000;
const OVER_MS = 60_000;

/** Results of scans by page: as the database has them, or sorted and searched in memory, which is quick however many they are. */
export function createResultPages(tools: Tools): {
  page(scanId: string, query: ResultsQuery): Promise<ResultsPage>;
} {
  const tables = new Map<string, Promise<Table>>();

  async function tableOf(scanId: string): Promise<Table> {
    const known = await tables.get(scanId);
    const isOver = isOverNow(await findScan(tools.records, scanId));
    // What was read while it ran lacks answers.
    if (known?.isOver === isOver && known.until > tools.clock.now()) return known;
    const reading = readTable(tools, scanId);
    tables.delete(scanId);
    tables.set(scanId, reading);
    reading.catch(() => tables.delete(scanId));
    for (const oldest of [...tables.keys()].slice(0, -MOST_TABLES)) tables.delete(oldest);
    return reading;
  }

  return {
    async page(scanId, query) {
      if (isSlice(query)) {
        const { matching, rows } = await sliceOf(tools.records, scanId, query);
        return { matching, records: toRecords(tools, rows) };
      }
      const table = await tableOf(scanId);
      const matching = sorted(table, query).filter(toFilter(query));
      const wanted = matching.slice(query.from, query.from + query.most);
      const rows = await rowsAt(tools.records, scanId, wanted);
      return { matching: matching.length, records: toRecords(tools, rows) };
    },
  };
}

function toRecords(tools: Tools, rows: readonly ItemRow[]) {
  const toResult = toResultOf(toResultTools(tools), OPEN);
  return rows.map((row) => toRecord(toResult(row), tools.config.rule));
}

async function readTable(tools: Tools, scanId: string): Promise<Table> {
  const isOver = isOverNow(await findScan(tools.records, scanId));
  const slims: Slim[] = [];
  for (let from = 0; ; from += CHUNK) {
    const rows = await itemsFrom(tools.records, scanId, from, CHUNK);
    slims.push(...rows.map((row) => toSlim(tools, row)));
    if (rows.length < CHUNK) break;
    await turn({ isPatient: true });
  }
  return { slims, isOver, until: tools.clock.now() + (isOver ? OVER_MS : RUNNING_MS), order: null };
}

function isOverNow(scan: Scan | null): boolean {
  return scan?.state === "done" || scan?.state === "cancelled";
}

function toSlim({ config }: Tools, row: ItemRow): Slim {
  const facts = row.facts === null ? null : FactsRow.parse(JSON.parse(row.facts));
  const indicator = row.value ?? row.input;
  const owner = facts?.owner ?? "";
  const country = facts?.country ?? "";
  return {
    position: row.position,
    status: row.status ?? "skipped",
    indicator,
    detections: score(facts, config.rule)?.detections ?? -1,
    owner,
    country,
    analysedAt: facts?.analysedAt ?? 0,
    checkedAt: row.checked_at ?? 0,
    text: `${row.input} ${indicator} ${owner} ${country} ${row.reason ?? ""}`.toLowerCase(),
  };
}

function sorted(table: Table, { orderBy, isDescending }: ResultsQuery): readonly Slim[] {
  if (orderBy === "position" && !isDescending) return table.slims;
  const name = `${orderBy} ${isDescending}`;
  if (table.order?.name === name) return table.order.slims;
  const sign = isDescending ? -1 : 1;
  const key = keyOf(orderBy);
  const slims = table.slims.toSorted((one, other) => {
    const [a, b] = [key(one), key(other)];
    return (a < b ? -sign : a > b ? sign : 0) || one.position - other.position;
  });
  table.order = { name, slims };
  return slims;
}

function keyOf(orderBy: ResultsQuery["orderBy"]): (slim: Slim) => number | string {
  if (orderBy === "status") return ({ status }) => WORST_FIRST.indexOf(status);
  return (slim) => slim[orderBy];
}

function toFilter({ statuses, search }: ResultsQuery): (slim: Slim) => boolean {
  const words = search.toLowerCase().trim();
  return ({ status, text }) =>
    (statuses.length === 0 || statuses.includes(status)) && (words === "" || text.includes(words));
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
