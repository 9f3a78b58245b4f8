import { resolve } from "node:path";

import type { Input, ScanReport, ScanRequest, ScanWatcher } from "../contract.ts";
import { UserError } from "../errors.ts";
import { assertNotInput, assertWritable } from "../report/report-file.ts";
import { countUnchecked } from "../scans/item-store.ts";
import { fingerprintOf, toItems } from "../scans/items.ts";
import { rejudge } from "../scans/rejudge.ts";
import { toScanId } from "../scans/scan-id.ts";
import { claimScan, findInterrupted, findScan, findUnfinished, insertScan } from "../scans/scan-store.ts";
import type { ScanOptions } from "../scans/scan.ts";
import { extractFrom } from "./extract.ts";
import { planOf } from "./plan.ts";
import { runScan, type PlacedRun } from "./run-scan.ts";
import type { Runnable } from "./scan-report.ts";
import type { Tools } from "./tools.ts";

const HOUR_MS = 3_600_000;

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
  const run = { ...request, out };
  const { scan, isNew } = await prepare(tools, request, out);
  return isNew
    ? runScan(tools, scan, { ...run, resumed: false }, watcher, signal)
    : goOn(tools, scan, run, watcher, signal);
}

/** The scan of this input, written down, or one of the same input that was interrupted. The pieces are not kept. */
async function prepare(
  tools: Tools,
  request: ScanRequest,
  out: string | null,
): Promise<{ scan: Runnable; isNew: boolean }> {
  const extraction = await extractFrom(request.input);
  const options = { fresh: request.fresh, cachedOnly: request.cachedOnly, urlLookup: tools.config.urlLookup };
  const items = toItems(extraction.pieces, options.urlLookup);
  const { name, columns, pieces } = extraction;
  if (items.length === 0) {
    throw new UserError(`Nothing to check: ${name} holds no IP address, domain, URL or hash.`);
  }
  const fingerprint = fingerprintOf(name, items, options);
  const createdAt = tools.clock.now();
  const interrupted = await findInterrupted(tools.records, fingerprint, createdAt - keptMs(tools));
  if (interrupted !== null) return { scan: interrupted, isNew: false };
  if (isKeyless(tools, options)) {
    assertNothingToAsk((await planOf(tools, extraction, { fresh: request.fresh })).toLookUp);
  }
  const findings = pieces.reduce((sum, piece) => sum + piece.count, 0);
  const source = { name, columns, findings, out };
  const { requestedBy } = request;
  const id = await insertScan(tools.records, { items, fingerprint, options, source, requestedBy, createdAt });
  return { scan: { id, options, source, createdAt }, isNew: true };
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
  scan: Runnable,
  run: PlacedRun,
  watcher: ScanWatcher,
  signal: AbortSignal,
): Promise<ScanReport> {
  if (isKeyless(tools, scan.options)) assertNothingToAsk(await countUnchecked(tools.records, scan.id));
  await claimScan(tools.records, scan.id, tools.clock.now() - keptMs(tools));
  await rejudge(tools.records, scan.id, tools.config.rule);
  return runScan(tools, scan, { ...run, resumed: true }, watcher, signal);
}

/** An interrupted scan's answers are good for as long as cached ones, and for an hour at least. */
function keptMs({ config }: Tools): number {
  return Math.max(config.cacheMs, HOUR_MS);
}

function isKeyless(tools: Tools, options: ScanOptions): boolean {
  return tools.config.keys.length === 0 && !options.cachedOnly;
}

/** Without a key nothing can be asked; what needs no request is done all the same. */
function assertNothingToAsk(toLookUp: number): void {
  if (toLookUp === 0) return;
  throw new UserError(
    "No API key: set VT_APIKEY1 in the environment or in .env (your key is in your profile at virustotal.com), or try: vtip demo",
    { exitStatus: 3 },
  );
}
