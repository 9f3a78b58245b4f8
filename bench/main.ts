import { stderr, stdout } from "node:process";
import { parseArgs } from "node:util";

import { measureCachedReport } from "./cached-report.ts";
import { measureExtraction } from "./extraction.ts";
import { measureMakespan } from "./makespan.ts";
import { describeMachine, wordMachine, writeDocument, writeResults } from "./results-file.ts";
import type { Measure, Row } from "./row.ts";
import { measureStartUp } from "./start-up.ts";
import { toTable } from "./table.ts";
import { measureThroughput } from "./throughput.ts";

const MEASURES: Readonly<Record<string, Measure>> = {
  makespan: measureMakespan,
  throughput: measureThroughput,
  "cached-report": measureCachedReport,
  extraction: measureExtraction,
  "start-up": measureStartUp,
};

const { values } = parseArgs({
  options: {
    write: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
  },
});

/** Runs all measures, or those named with `--only`, one after the other; a bar that is missed is no error. */
async function run(): Promise<void> {
  const machine = describeMachine();
  const chosen = Object.entries(MEASURES).filter(
    ([name]) => values.only.length === 0 || values.only.includes(name),
  );
  if (chosen.length === 0) throw new Error(`--only takes one of ${Object.keys(MEASURES).join(", ")}.`);
  const rows: Row[] = [];
  for (const [name, measure] of chosen) {
    rows.push(...(await measure((sentence) => stderr.write(`${name}: ${sentence}\n`))));
  }
  const text = `${wordMachine(machine)}\n\n${toTable(rows)}`;
  stdout.write(`${text}\n`);
  const missed = rows.filter((row) => row.ok === false).map((row) => row.name);
  stdout.write(missed.length === 0 ? "\nEvery bar is met.\n" : `\nMissed: ${missed.join("; ")}\n`);
  if (chosen.length < Object.keys(MEASURES).length) return;
  await writeResults({ ...machine, rows });
  if (values.write) await writeDocument(text);
}

await run();
