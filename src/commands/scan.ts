import { resolve } from "node:path";

import type { Input, ScanReport, ScanRequest, ScanWatcher } from "../contract.ts";
import { UserError } from "../errors.ts";
import type { Plan } from "../model.ts";
import { assertNotInput, assertWritable } from "../report/report-file.ts";
import { fingerprintOf, toItems } from "../scans/items.ts";
import { toScanId } from "../scans/scan-id.ts";
import { claimScan, findInterrupted, findScan, findUnfinished, insertScan } from "../scans/scan-store.ts";
import type { Scan, ScanOptions } from "../scans/scan.ts";
import { extractFrom } from "./extract.ts";
import { planOf, planOfScan } from "./plan.ts";
import { runScan, type PlacedRun } from "./run-scan.ts";
import type { Tools } from "./tools.ts";

/** What a scan that goes on still needs to be told. */
export type ScanRun = Pick<ScanRequest, "out" | "patienceMs">;

/**
 * Scans an input from the first to the last piece. A scan of the same input and options that was interrupted goes on.
 * @throws UserError when the input, the report's place or the keys are no good; nothing has been spent then.
 */
export async function scan(
  tools: Tools,
  request: ScanRequest,
  watcher: ScanWatcher,
  signal: AbortSignal,
): Promise<ScanReport> {
  const out = request.out === undefined || request.out === null ? null : resolve(request.out);
  if (out !== null) await assertReportPlace(out, request.input);
  const extraction = await extractFrom(request.input);
  const options = { fresh: request.fresh, cachedOnly: request.cachedOnly, urlLookup: tools.config.urlLookup };
  const items = toItems(extraction.pieces, options.urlLookup);
  if (items.length === 0) {
    throw new UserError(`Nothing to check: ${extraction.name} holds no IP address, domain, URL or hash.`);
  }
  const fingerprint = fingerprintOf(items, options);
  const interrupted = await findInterrupted(tools.records, fingerprint);
  if (interrupted !== null) return goOn(tools, interrupted, { ...request, out }, watcher, signal);
  const plan = await planOf(tools, extraction, { fresh: request.fresh });
  assertKeys(tools, plan, options);
  const { name, columns, pieces } = extraction;
  const findings = pieces.reduce((sum, piece) => sum + piece.count, 0);
  const source = { name, columns, findings, out };
  const { requestedBy } = request;
  const id = await insertScan(tools.records, {
    items,
    fingerprint,
    options,
    source,
    requestedBy,
    createdAt: tools.clock.now(),
  });
  const started = { scanId: id, source: name, columns, resumed: false, cachedOnly: options.cachedOnly, plan };
  return runScan(tools, { id, options, source }, started, { ...request, out }, watcher, signal);
}

async function assertReportPlace(out: string, input: Input): Promise<void> {
  if (input.kind === "file") await assertNotInput(out, input.path);
  await assertWritable(out);
}

/** Goes on with a scan; null: the newest that is unfinished. @throws UserError when there is none. */
export async function resume(
  tools: Tools,
  id: string | null,
  run: ScanRun,
  watcher: ScanWatcher,
  signal: AbortSignal,
): Promise<ScanReport> {
  const scanned =
    id === null ? await findUnfinished(tools.records) : await findScan(tools.records, toScanId(id));
  if (scanned === null) {
    throw new UserError(
      id === null
        ? "No scan is unfinished. List them with: vtip scans"
        : `There is no scan ${toScanId(id)}. List them with: vtip scans`,
    );
  }
  const out = run.out === undefined ? scanned.source.out : run.out;
  if (out !== null) await assertWritable(out);
  return goOn(tools, scanned, { ...run, out }, watcher, signal);
}

async function goOn(
  tools: Tools,
  scan: Scan,
  run: PlacedRun,
  watcher: ScanWatcher,
  signal: AbortSignal,
): Promise<ScanReport> {
  await claimScan(tools.records, scan);
  const plan = await planOfScan(tools, scan.id);
  assertKeys(tools, plan, scan.options);
  const started = {
    scanId: scan.id,
    source: scan.source.name,
    columns: scan.source.columns,
    resumed: true,
    cachedOnly: scan.options.cachedOnly,
    plan,
  };
  return runScan(tools, scan, started, run, watcher, signal);
}

/** Without a key nothing can be asked; what needs no request is done all the same. */
function assertKeys(tools: Tools, plan: Plan, options: ScanOptions): void {
  if (tools.config.keys.length > 0 || plan.toLookUp === 0 || options.cachedOnly) return;
  throw new UserError(
    "No API key: set VT_APIKEY1 in the environment or in .env (your key is in your profile at virustotal.com), or try: vtip demo",
    { exitStatus: 3 },
  );
}
