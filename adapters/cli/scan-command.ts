import { relative } from "node:path";

import { wordCount, wordFlips, wordPlan, wordSpent, wordSummary } from "../../src/card.ts";
import type {
  CommandLineTools,
  Core,
  DemoSetting,
  Input,
  ResultRecord,
  ScanReport,
  ScanWatcher,
} from "../../src/contract.ts";
import { copyToClipboard, toClipboardText, type CopyWhat } from "./clipboard.ts";
import { readInput, type InputOptions } from "./input.ts";
import { createProgressBar } from "./progress-bar.ts";
import { stopSignal } from "./stop-signal.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** The options of `scan`, `resume` and `demo`, as commander gives them. */
export interface ScanFlags extends InputOptions {
  readonly json?: boolean;
  /** A file's name, or false for `--no-out`. */
  readonly out?: string | boolean;
  readonly fresh?: boolean;
  readonly cachedOnly?: boolean;
  readonly copy?: CopyWhat;
}

/** What every subcommand works with. */
export interface CliContext {
  readonly tools: CommandLineTools;
  readonly terminal: Terminal;
}

const DEFAULT_OUT = "output_vt_scan.xlsx";
/** The command line waits out the minute, and short rests of a key, but no midnight. */
const PATIENCE_MS = 15 * 60_000;
/** With a report file at hand the table shows the worst; without one, everything. */
const MOST_ROWS = 100;

/** Scans what the arguments, file or standard input hold. Resolves to the exit status. */
export async function scanCommand(
  context: CliContext,
  words: readonly string[],
  flags: ScanFlags,
): Promise<number> {
  const input = await readInput(words, flags);
  return scanInput(context, input, flags, flags.ipList === undefined ? null : DEFAULT_OUT);
}

/** Scans an input; `demo` points the core at sample data. */
export async function scanInput(
  context: CliContext,
  input: Input,
  flags: ScanFlags,
  defaultOut: string | null,
  demo?: DemoSetting,
): Promise<number> {
  return withCore(context, demo, async (core) => {
    const out = outOf(flags, defaultOut);
    const request = {
      input,
      out,
      fresh: flags.fresh ?? false,
      cachedOnly: flags.cachedOnly ?? false,
      ...RUN,
    };
    return show(context, core, flags, (watcher, signal) => core.scan(request, watcher, signal));
  });
}

/** Goes on with a scan that was interrupted. */
export async function resumeCommand(
  context: CliContext,
  id: string | undefined,
  flags: ScanFlags,
): Promise<number> {
  return withCore(context, undefined, async (core) => {
    const out = outOf(flags, null);
    const run = { ...(out === null && flags.out !== false ? {} : { out }), ...RUN };
    return show(context, core, flags, (watcher, signal) => core.resume(id ?? null, run, watcher, signal));
  });
}

const RUN = { requestedBy: "cli:local", patienceMs: PATIENCE_MS };

/** Opens the core, says what a person should know first, and closes it whatever happens. */
export async function withCore<T>(
  { tools, terminal }: CliContext,
  demo: DemoSetting | undefined,
  work: (core: Core) => Promise<T>,
): Promise<T> {
  const core = await tools.openCore({ ...(demo === undefined ? {} : { demo }), onProblem: terminal.say });
  try {
    for (const warning of core.warnings) terminal.say(`Note: ${warning}`);
    return await work(core);
  } finally {
    await core.close();
  }
}

function outOf(flags: ScanFlags, defaultOut: string | null): string | null {
  if (flags.out === false) return null;
  if (typeof flags.out === "string" && /(^|[/\\])$/.test(flags.out)) {
    throw new UsageError(`--out "${flags.out}" names no file.`);
  }
  return typeof flags.out === "string" ? flags.out : defaultOut;
}

async function show(
  { terminal }: CliContext,
  core: Core,
  flags: ScanFlags,
  start: (watcher: ScanWatcher, signal: AbortSignal) => Promise<ScanReport>,
): Promise<number> {
  const bar = await createProgressBar(terminal.isInteractive);
  const stop = stopSignal(terminal);
  const copied: ResultRecord[] = [];
  const isDemo = core.isDemo ? { demo: true } : {};
  let isStarted = false;
  const watcher: ScanWatcher = {
    onStart({ scanId, resumed, cachedOnly, plan, columns }) {
      isStarted = true;
      const cost = cachedOnly
        ? `${wordCount(plan.indicators, "indicator")}, cached verdicts only`
        : wordPlan(plan);
      terminal.say(`${resumed ? "Going on with scan" : "Scan"} ${scanId}: ${cost}`);
      if (columns.length > 0) terminal.say(`Read from ${columns.join(", ")} only.`);
    },
    onProgress(progress) {
      if (isStarted) bar.show(progress);
    },
    ...(flags.json || flags.copy
      ? {
          async onRecord(record: ResultRecord) {
            if (flags.copy) copied.push(record);
            if (flags.json) await terminal.print(JSON.stringify({ ...record, ...isDemo }));
          },
        }
      : {}),
  };
  try {
    const report = await start(watcher, stop.signal);
    bar.stop();
    if (flags.json) await terminal.print(JSON.stringify({ ...report.summaryRecord, ...isDemo }));
    else await printReport(terminal, core, report);
    if (flags.copy) await copy(terminal, toClipboardText(copied, flags.copy));
    sayEnd(terminal, report, { cachedOnly: flags.cachedOnly ?? false, isDemo: core.isDemo });
    return exitStatusOf(report, stop.signal);
  } finally {
    bar.stop();
    stop.release();
  }
}

async function printReport(terminal: Terminal, core: Core, report: ScanReport): Promise<void> {
  const most = report.out === null ? Number.POSITIVE_INFINITY : MOST_ROWS;
  const total = report.summary.indicators + report.summary.rejected;
  const rows = [];
  for await (const result of report.results()) {
    if (rows.length >= most) break;
    rows.push({ result, record: core.toRecord(result) });
  }
  const { toTable } = await import("./table.ts");
  if (core.isDemo) await terminal.print("DEMO: everything below is invented");
  await terminal.print(toTable(rows, terminal.columns, Date.now()));
  if (rows.length < total)
    await terminal.print(`… ${total - rows.length} more in ${shortPath(report.out ?? "")}`);
  await terminal.print(
    `\n${core.isDemo ? "DEMO: " : ""}${wordSummary(report.summary)} (${wordSpent(report.summary)})`,
  );
}

function sayEnd(
  terminal: Terminal,
  report: ScanReport,
  { cachedOnly, isDemo }: { readonly cachedOnly: boolean; readonly isDemo: boolean },
): void {
  if (report.out !== null) terminal.say(`Report: ${shortPath(report.out)}`);
  if (report.outProblem !== null) terminal.say(`vtip: ${report.outProblem}`);
  if (report.flips.count > 0) terminal.say(wordFlips(report.flips));
  if (report.isRefused) terminal.say("VirusTotal refuses every API key: check VT_APIKEY1 and the following.");
  // Of a demo nothing is found again: each has a folder of its own.
  const again = isDemo ? "vtip demo" : `vtip resume ${report.scanId}`;
  if (report.state === "interrupted")
    terminal.say(`Interrupted. ${isDemo ? "Begin anew" : "Go on"} with: ${again}`);
  else if (report.unchecked > 0 && cachedOnly) {
    terminal.say(`${report.unchecked} not cached. To look them up, scan without --cached-only.`);
  } else if (report.unchecked > 0) {
    terminal.say(`${report.unchecked} not checked, each with its reason. Try again with: ${again}`);
  }
}

/** As a person would type it: without the folder that they are in. */
function shortPath(file: string): string {
  const near = relative("", file);
  return near.startsWith("..") ? file : near;
}

async function copy(terminal: Terminal, text: string): Promise<void> {
  if (await copyToClipboard(text)) return terminal.say("Copied to the clipboard.");
  terminal.say("No clipboard here; copy these lines:");
  terminal.say(text.trimEnd());
}

function exitStatusOf(report: ScanReport, signal: AbortSignal): number {
  if (signal.aborted) return 130;
  if (report.isRefused) return 3;
  if (report.outProblem !== null) return 1;
  return report.unchecked > 0 ? 2 : 0;
}
