import { stderr, stdout } from "node:process";
import { parseArgs } from "node:util";

import { measureBlacklistGrowth } from "./blacklist-growth.ts";
import { measureCachedReport } from "./cached-report.ts";
import { measureChatMemory } from "./chat-memory.ts";
import { measureChat } from "./chat.ts";
import { measureConsole } from "./console.ts";
import { measureExtraction } from "./extraction.ts";
import { measureGrowth } from "./growth.ts";
import { measureHttp } from "./http.ts";
import { measureKills } from "./kills.ts";
import { measureLoad } from "./load.ts";
import { measureMakespan } from "./makespan.ts";
import { measurePeers } from "./peers/peers.ts";
import { measureProcesses } from "./processes.ts";
import { describeMachine, wordMachine, writeDocument, writeResults } from "./results-file.ts";
import type { Measure, Row } from "./row.ts";
import { measureStartUp } from "./start-up.ts";
import { toTable } from "./table.ts";
import { measureThroughput } from "./throughput.ts";
import { measureWarningLists } from "./warning-lists.ts";

const MEASURES: Readonly<Record<string, Measure>> = {
  makespan: measureMakespan,
  throughput: measureThroughput,
  "cached-report": measureCachedReport,
  extraction: measureExtraction,
  "warning-lists": measureWarningLists,
  "blacklist-growth": measureBlacklistGrowth,
  kills: measureKills,
  "start-up": measureStartUp,
  chat: measureChat,
  "chat-memory": measureChatMemory,
  http: measureHttp,
  console: measureConsole,
  processes: measureProcesses,
  load: measureLoad,
  peers: measurePeers,
  growth: measureGrowth,
};

/** Takes minutes by itself: run by its name, or with `--long`. */
const LONG: readonly string[] = ["chat-memory", "kills", "processes", "load", "growth"];

const { values } = parseArgs({
  options: {
    write: { type: "boolean", default: false },
    long: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
  },
});

/** Whether a measure was asked for. What is written into the document is always all of them. */
function isChosen(name: string): boolean {
  if (values.only.length > 0) return values.only.includes(name);
  return values.long || values.write || !LONG.includes(name);
}

/** Runs the chosen measures one after the other; a bar that is missed is no error. */
async function run(): Promise<void> {
  const machine = describeMachine();
  const chosen = Object.entries(MEASURES).filter(([name]) => isChosen(name));
  if (chosen.length === 0) throw new Error(`--only takes one of ${Object.keys(MEASURES).join(", ")}.`);
  const rows: Row[] = [];
  for (const [name, measure] of chosen) {
    rows.push(...(await measure((sentence) => stderr.write(`${name}: ${sentence}\n`))));
  }
  const text = `${wordMachine(machine)}\n\n${toTable(rows)}`;
  stdout.write(`${text}\n`);
  const missed = rows.filter((row) => row.ok === false).map((row) => row.name);
  stdout.write(missed.length === 0 ? "\nEvery bar is met.\n" : `\nMissed: ${missed.join("; ")}\n`);
  if (values.only.length > 0) return;
  await writeResults({ ...machine, rows });
  if (values.write) await writeDocument(text);
}

await run();
