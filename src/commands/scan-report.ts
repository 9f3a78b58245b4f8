import type { ScanReport } from "../contract.ts";
import { UserError } from "../errors.ts";
import { flipsOf } from "../lists/scan-flips.ts";
import type { Result, Summary } from "../model.ts";
import { toSummaryRecord } from "../report/record.ts";
import { byStatus, sumUp, type PlacedResult, type ResultTools } from "../scans/results.ts";
import type { Scan } from "../scans/scan.ts";
import type { Tools } from "./tools.ts";

/** What a scan's run and report need to know of it. */
export type Runnable = Pick<Scan, "id" | "options" | "source" | "createdAt">;

/** How one run of a scan ended. */
export interface Ended {
  readonly state: ScanReport["state"];
  readonly startedAt: number;
  readonly requests: number;
  readonly elapsedMs: number;
}

/** Changed verdicts that a terminal shows one by one. */
const MOST_FLIPS = 20;

const CHECKED = ["unsafe", "suspicious", "clean", "unknown"] as const;
const NOT_CHECKED = ["failed", "skipped", "rejected"] as const;
/** The order in which statuses are told of. */
export const WORST_FIRST = [
  "unsafe",
  "suspicious",
  "failed",
  "unknown",
  "skipped",
  "rejected",
  "clean",
] as const;

/** Sums a scan up and writes its xlsx to `out`. A file that cannot be written is told, and takes nothing else away. */
export async function reportOn(
  tools: Tools,
  scan: Runnable,
  out: string | null,
  ended: Ended,
): Promise<ScanReport> {
  const { state, requests, elapsedMs } = ended;
  const { summary, unchecked } = await sumUp(tools.records, scan.id, { requests, elapsedMs });
  const outProblem = out === null ? null : await writeReport(tools, scan, out, ended, summary);
  tools.log.info({ scanId: scan.id, state, ...summary }, "scan ended");
  return {
    scanId: scan.id,
    state,
    summary,
    summaryRecord: toSummaryRecord(summary),
    unchecked,
    flips: await flipsOf(tools, scan.id, MOST_FLIPS),
    isRefused: summary.failed > 0 && (await isEveryKeyRefused(tools)),
    out: outProblem === null ? out : null,
    outProblem,
    results: () => resultsOf(tools, scan.id, WORST_FIRST),
  };
}

async function isEveryKeyRefused({ lookUps }: Tools): Promise<boolean> {
  const quota = await lookUps.quota();
  return quota.every(({ parked, parkedUntil }) => parked !== null && parkedUntil === null);
}

/** Writes the xlsx of a scan as it stands. Resolves to why it could not be written, or null. */
export async function writeReport(
  tools: Tools,
  scan: Runnable,
  out: string,
  { state, startedAt }: Pick<Ended, "state" | "startedAt">,
  summary: Summary,
): Promise<string | null> {
  // exceljs takes longer to load than a small scan takes, so it is loaded only where it is needed.
  const { writeXlsx } = await import("../report/xlsx.ts");
  const head = {
    scanId: scan.id,
    source: scan.source.name,
    columns: scan.source.columns,
    pieces: scan.source.findings,
    startedAt,
    finishedAt: tools.clock.now(),
    rule: tools.config.rule,
    demo: tools.isDemo,
    cancelled: state !== "done",
    summary,
  };
  const checked = resultsOf(tools, scan.id, CHECKED);
  const notChecked = resultsOf(tools, scan.id, NOT_CHECKED);
  try {
    await writeXlsx(out, head, { checked, notChecked });
    return null;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** Why an item without an answer has none, once its scan's run has ended. */
export function openReason({ isDemo }: Pick<Tools, "isDemo">, id: string): string {
  // A demo has its records in a folder that no other run looks into.
  return `interrupted before it was asked${isDemo ? "" : `; go on with: vtip resume ${id}`}`;
}

/** What results are read with. */
export function toResultTools({ records, clock, config, listings }: Tools): ResultTools {
  const { cacheMs, cacheUnknownMs } = config;
  return { records, clock, listings: listings.now, cacheMs, cacheUnknownMs };
}

/** A scan's results of these statuses, one status after the other, with the lists as they are now. */
export async function* resultsOf(
  tools: Tools,
  id: string,
  statuses: readonly Result["status"][],
): AsyncGenerator<Result> {
  const results: AsyncIterable<PlacedResult> = byStatus(
    toResultTools(tools),
    id,
    statuses,
    openReason(tools, id),
  );
  for await (const { result } of results) yield result;
}
