import { setMaxListeners } from "node:events";

import type { ScanReport, ScanStart, ScanWatcher } from "../contract.ts";
import { toRecord, toSummaryRecord } from "../report/record.ts";
import { cancelOpenItems } from "../scans/item-store.ts";
import {
  allFrom,
  answeredFrom,
  byStatus,
  sumUp,
  type PlacedResult,
  type ResultTools,
} from "../scans/results.ts";
import { runItems } from "../scans/run.ts";
import { findScan, finishScan } from "../scans/scan-store.ts";
import type { Scan } from "../scans/scan.ts";
import { createProgress } from "./progress.ts";
import type { ScanRun } from "./scan.ts";
import type { Tools } from "./tools.ts";

/** How often a scan looks whether somebody has cancelled it. */
const CANCEL_POLL_MS = 500;

const CHECKED = ["unsafe", "suspicious", "clean", "unknown"] as const;
const NOT_CHECKED = ["failed", "skipped", "rejected"] as const;

type Runnable = Pick<Scan, "id" | "options" | "source">;

/** Answers what is open, tells the watcher, writes the xlsx, and sums up. The scan belongs to this process. */
export async function runScan(
  tools: Tools,
  scan: Runnable,
  start: ScanStart,
  run: ScanRun,
  watcher: ScanWatcher,
  signal: AbortSignal,
): Promise<ScanReport> {
  const startedAt = tools.clock.now();
  let requests = 0;
  watcher.onStart(start);
  const stop = stopWhenCancelled(tools, scan.id, signal);
  const progress = await createProgress(tools, scan.id, start.plan.budget);
  const records = createRecordStream(tools, scan.id, watcher);
  try {
    await runItems(tools, {
      scan,
      patienceMs: run.patienceMs,
      signal: stop.signal,
      onRequest: () => void (requests += 1),
      async onWritten(rows) {
        watcher.onProgress(progress.after(rows));
        await records.sendAnswered();
      },
    });
  } finally {
    stop.release();
  }
  const state = await endState(tools, scan.id, signal);
  const spent = { requests, elapsedMs: tools.clock.now() - startedAt };
  await finishScan(tools.records, scan.id, {
    state: state === "interrupted" ? "running" : state,
    finishedAt: tools.clock.now(),
    ...spent,
  });
  await records.sendAll(openReason(scan.id));
  return toReport(tools, scan, run, { state, startedAt, ...spent });
}

async function endState(tools: Tools, id: string, signal: AbortSignal): Promise<ScanReport["state"]> {
  const current = await findScan(tools.records, id);
  if (current?.state !== "cancelled") return signal.aborted ? "interrupted" : "done";
  await cancelOpenItems(tools.records, id, "cancelled before it was asked");
  return "cancelled";
}

function openReason(id: string): string {
  return `interrupted before it was asked; go on with: vtip resume ${id}`;
}

/** Aborts with `signal`, or when the scan's record says that somebody cancelled it. */
function stopWhenCancelled(
  tools: Tools,
  id: string,
  signal: AbortSignal,
): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  // Every look-up of the scan listens to it.
  setMaxListeners(0, controller.signal);
  const abort = () => controller.abort();
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  const timer = setInterval(() => {
    findScan(tools.records, id)
      .then((scan) => (scan?.state === "cancelled" ? abort() : undefined))
      .catch((error: unknown) => tools.log.warn({ err: error }, "scan state not read"));
  }, CANCEL_POLL_MS);
  return {
    signal: controller.signal,
    release() {
      clearInterval(timer);
      signal.removeEventListener("abort", abort);
    },
  };
}

/** Gives the watcher each result once, in the order of the input. */
function createRecordStream(tools: Tools, id: string, watcher: ScanWatcher) {
  const resultTools = toResultTools(tools);
  let next = 0;
  async function send(results: AsyncIterable<PlacedResult>): Promise<void> {
    for await (const { position, result } of results) {
      await watcher.onRecord?.(toRecord(result, tools.config.rule));
      next = position + 1;
    }
  }
  return {
    async sendAnswered() {
      if (watcher.onRecord !== undefined) await send(answeredFrom(resultTools, id, next));
    },
    async sendAll(reason: string) {
      if (watcher.onRecord !== undefined) await send(allFrom(resultTools, id, next, reason));
    },
  };
}

async function toReport(
  tools: Tools,
  scan: Runnable,
  run: ScanRun,
  ended: { state: ScanReport["state"]; startedAt: number; requests: number; elapsedMs: number },
): Promise<ScanReport> {
  const { state, startedAt, requests, elapsedMs } = ended;
  const { summary, unchecked } = await sumUp(tools.records, scan.id, { requests, elapsedMs });
  const results = (statuses: readonly PlacedStatus[]) =>
    withoutPlace(byStatus(toResultTools(tools), scan.id, statuses, openReason(scan.id)));
  if (run.out !== null) {
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
    // exceljs takes longer to load than a small scan takes, so it is loaded only where it is needed.
    const { writeXlsx } = await import("../report/xlsx.ts");
    await writeXlsx(run.out, head, { checked: results(CHECKED), notChecked: results(NOT_CHECKED) });
  }
  tools.log.info({ scanId: scan.id, state, ...summary }, "scan ended");
  const quota = await tools.lookUps.quota();
  return {
    scanId: scan.id,
    state,
    summary,
    summaryRecord: toSummaryRecord(summary),
    unchecked,
    isRefused: summary.failed > 0 && quota.every((key) => key.parked !== null && key.parkedUntil === null),
    out: run.out,
    results: () =>
      results([
        ...CHECKED.slice(0, 2),
        ...NOT_CHECKED.slice(0, 1),
        "unknown",
        ...NOT_CHECKED.slice(1),
        "clean",
      ]),
  };
}

type PlacedStatus = (typeof CHECKED)[number] | (typeof NOT_CHECKED)[number];

async function* withoutPlace(results: AsyncIterable<PlacedResult>) {
  for await (const { result } of results) yield result;
}

function toResultTools({ records, clock, config, listings }: Tools): ResultTools {
  return { records, clock, listingOf: listings.listingOf, cacheMs: config.cacheMs };
}
