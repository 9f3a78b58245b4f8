import { setMaxListeners } from "node:events";

import type { ScanReport, ScanStart, ScanWatcher } from "../contract.ts";
import { noteFlips } from "../lists/flips.ts";
import { toRecord } from "../report/record.ts";
import { cancelOpenItems } from "../scans/item-store.ts";
import { allFrom, answeredFrom, type PlacedResult } from "../scans/results.ts";
import { createItemRun } from "../scans/run.ts";
import { findScan, finishScan, isOurs } from "../scans/scan-store.ts";
import { planOfScan } from "./plan.ts";
import { createProgress } from "./progress.ts";
import { openReason, reportOn, toResultTools, type Runnable } from "./scan-report.ts";
import type { Tools } from "./tools.ts";

/** How often a scan looks whether somebody has cancelled it. */
const CANCEL_POLL_MS = 500;

/** A run whose report has its place. */
export interface PlacedRun {
  readonly out: string | null;
  readonly patienceMs: number;
}

/** Answers what is open, tells the watcher, writes the xlsx, and sums up. The scan belongs to this process. */
export async function runScan(
  tools: Tools,
  scan: Runnable,
  run: PlacedRun & { readonly resumed: boolean },
  watcher: ScanWatcher,
  signal: AbortSignal,
): Promise<ScanReport> {
  const startedAt = tools.clock.now();
  const records = createRecordStream(tools, scan.id, watcher);
  const requests = await answerAll(tools, scan, run, watcher, records, signal);
  const state = await endState(tools, scan.id, signal);
  if (state !== "interrupted") await noteFlips(tools, scan.id);
  const spent = { requests, elapsedMs: Math.max(0, tools.clock.now() - startedAt) };
  await finishScan(tools.records, scan.id, {
    state: state === "interrupted" ? "running" : state,
    finishedAt: tools.clock.now(),
    ...spent,
  });
  await records.sendAll(openReason(tools, scan.id));
  return reportOn(tools, scan, run.out, { state, startedAt, ...spent });
}

/** Resolves to the requests that it took. */
async function answerAll(
  tools: Tools,
  scan: Runnable,
  run: PlacedRun & { readonly resumed: boolean },
  watcher: ScanWatcher,
  records: RecordStream,
  signal: AbortSignal,
): Promise<number> {
  let requests = 0;
  const stop = stopWhenCancelled(tools, scan.id, signal);
  try {
    const progress = await createProgress(tools, scan.id);
    const items = createItemRun(tools, {
      scan,
      patienceMs: run.patienceMs,
      signal: stop.signal,
      onFailure: stop.abort,
      onRequest: () => void (requests += 1),
      async onWritten(rows) {
        watcher.onProgress(progress.after(rows));
        await records.sendAnswered();
      },
    });
    await items.answerKnown();
    await watcher.onStart(await toStart(tools, scan, run.resumed));
    await stop.look();
    await items.askOpen();
    return requests;
  } finally {
    stop.release();
  }
}

async function toStart(
  tools: Tools,
  { id, source, options }: Runnable,
  resumed: boolean,
): Promise<ScanStart> {
  const { name, columns } = source;
  const plan = await planOfScan(tools, id);
  return { scanId: id, source: name, columns, resumed, cachedOnly: options.cachedOnly, plan };
}

async function endState(tools: Tools, id: string, signal: AbortSignal): Promise<ScanReport["state"]> {
  const current = await findScan(tools.records, id);
  if (current?.state !== "cancelled") {
    return signal.aborted || !(await isOurs(tools.records, id)) ? "interrupted" : "done";
  }
  await cancelOpenItems(tools.records, id, "cancelled before it was asked");
  return "cancelled";
}

/** Aborts with `signal`, or when the scan's record says that somebody cancelled it, or another process has it now. */
function stopWhenCancelled(
  tools: Tools,
  id: string,
  signal: AbortSignal,
): { signal: AbortSignal; abort: () => void; look: () => Promise<void>; release: () => void } {
  const controller = new AbortController();
  // Every look-up of the scan listens to it.
  setMaxListeners(0, controller.signal);
  const abort = () => controller.abort();
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  async function look(): Promise<void> {
    if (!(await isOurs(tools.records, id, { unlessCancelled: true }))) abort();
  }
  const timer = setInterval(() => {
    look().catch((error: unknown) => tools.log.warn({ err: error }, "scan state not read"));
  }, CANCEL_POLL_MS);
  return {
    signal: controller.signal,
    abort,
    look,
    release() {
      clearInterval(timer);
      signal.removeEventListener("abort", abort);
    },
  };
}

/** Gives the watcher each result once, in the order of the input. */
interface RecordStream {
  sendAnswered(): Promise<void>;
  /** What has no answer is sent too, with the reason. */
  sendAll(reason: string): Promise<void>;
}

function createRecordStream(tools: Tools, id: string, watcher: ScanWatcher): RecordStream {
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
