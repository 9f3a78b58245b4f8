import type { Clock, Facts, Indicator, Listing, Piece, Result, Status, Summary } from "../model.ts";
import { FactsRow } from "../records/facts-row.ts";
import type { Records } from "../records/records.ts";
import { indicatorOf, type ItemRow } from "./item-rows.ts";
import { countItems, itemsFrom, itemsOf } from "./item-store.ts";

/** What a row of a scan is turned into a result with. */
export interface ResultTools {
  readonly records: Records;
  readonly clock: Clock;
  /** Older than this, a verdict is marked as old. */
  readonly cacheMs: number;
  /** The same where VirusTotal had no record or no analysis. */
  readonly cacheUnknownMs: number;
  /** The lists as they are when it is called; asked once for some hundred rows. */
  readonly listings: () => ListingOf;
}

/** Which list an indicator is on. */
type ListingOf = (indicator: Indicator, facts: Facts | null) => Listing;

const NOT_LISTED: Listing = { list: "none", entry: null };
const CHUNK = 500;

/** A result in the order of the input, with its place in it. */
export interface PlacedResult {
  readonly position: number;
  readonly result: Result;
}

/** The results from `from` on in the order of the input, up to the first that has no answer yet. */
export async function* answeredFrom(
  tools: ResultTools,
  scanId: string,
  from: number,
): AsyncGenerator<PlacedResult> {
  for (let next = from; ; next += CHUNK) {
    const rows = await itemsFrom(tools.records, scanId, next, CHUNK);
    const toResult = toResultOf(tools);
    for (const row of rows) {
      if (row.status === null) return;
      yield { position: row.position, result: toResult(row) };
    }
    if (rows.length < CHUNK) return;
  }
}

/** All results in the order of the input; what has no answer is skipped, with `openReason`. */
export async function* allFrom(
  tools: ResultTools,
  scanId: string,
  from: number,
  openReason: string,
): AsyncGenerator<PlacedResult> {
  for (let next = from; ; next += CHUNK) {
    const rows = await itemsFrom(tools.records, scanId, next, CHUNK);
    const toResult = toResultOf(tools, openReason);
    for (const row of rows) yield { position: row.position, result: toResult(row) };
    if (rows.length < CHUNK) return;
  }
}

/** The results of these statuses, one status after the other, each in the order of the input. */
export async function* byStatus(
  tools: ResultTools,
  scanId: string,
  statuses: readonly Status[],
  openReason: string,
): AsyncGenerator<PlacedResult> {
  const withOpen = statuses.flatMap((status) => (status === "skipped" ? [status, null] : [status]));
  const first = await itemsFrom(tools.records, scanId, 0, CHUNK);
  // Most scans are small: all of one is read at once, and not a statement spent for each status.
  const isAll = first.length < CHUNK;
  for (const status of withOpen) {
    const chunks = isAll ? [first.filter((row) => row.status === status)] : chunksOf(tools, scanId, status);
    for await (const rows of chunks) {
      if (rows.length === 0) continue;
      const toResult = toResultOf(tools, openReason);
      for (const row of rows) yield { position: row.position, result: toResult(row) };
    }
  }
}

async function* chunksOf(
  { records }: ResultTools,
  scanId: string,
  status: Status | null,
): AsyncGenerator<readonly ItemRow[]> {
  for (let after = -1; ;) {
    const rows = await itemsOf(records, scanId, status, after, CHUNK);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    if (rows.length < CHUNK) return;
    after = last.position;
  }
}

/** Turns rows into results with the lists as they are now. */
export function toResultOf(tools: ResultTools, openReason = ""): (row: ItemRow) => Result {
  const listingOf = tools.listings();
  return (row) => toResult(tools, listingOf, row, openReason);
}

function toResult(tools: ResultTools, listingOf: ListingOf, row: ItemRow, openReason: string): Result {
  const facts = row.facts === null ? null : FactsRow.parse(JSON.parse(row.facts));
  const indicator = indicatorOf(row);
  const isAnswered = row.status !== null && !["failed", "skipped", "rejected"].includes(row.status);
  const keptMs = facts === null || facts.stats === null ? tools.cacheUnknownMs : tools.cacheMs;
  const isOld = row.checked_at === null || tools.clock.now() - row.checked_at > keptMs;
  return {
    piece: toPiece(row, indicator),
    status: row.status ?? "skipped",
    reason: row.status === null ? openReason : row.reason,
    facts,
    checkedAt: row.checked_at,
    cached: row.cached === 1,
    old: isAnswered && isOld,
    listing: indicator === null ? NOT_LISTED : listingOf(indicator, facts),
  };
}

function toPiece(row: ItemRow, indicator: Indicator | null): Piece {
  return {
    input: row.input,
    offset: row.offset,
    indicator,
    rejected: row.status === "rejected" ? row.reason : null,
    skipped: row.cause === "never" ? row.reason : null,
    count: row.count,
    from: row.origin,
  };
}

/** The sums of a scan, and how many of its items have no answer yet (counted as skipped). */
export async function sumUp(
  records: Records,
  scanId: string,
  spent: { requests: number; elapsedMs: number },
): Promise<{ summary: Summary; open: number; unchecked: number }> {
  const rows = await countItems(records, scanId);
  const of = (status: Status | null) =>
    rows.filter((row) => row.status === status).reduce((sum, row) => sum + row.items, 0);
  const open = of(null);
  const onPurpose = rows.filter((row) => row.cause === "never").reduce((sum, row) => sum + row.items, 0);
  const counts = {
    unsafe: of("unsafe"),
    suspicious: of("suspicious"),
    clean: of("clean"),
    unknown: of("unknown"),
    failed: of("failed"),
    skipped: of("skipped") + open,
  };
  const indicators = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const cached = rows.reduce((sum, row) => sum + row.cached, 0);
  const summary = { indicators, ...counts, rejected: of("rejected"), cached, ...spent };
  return { summary, open, unchecked: counts.failed + counts.skipped - onPurpose };
}
