import { rename, writeFile } from "node:fs/promises";
import { arch, cpus, loadavg, platform } from "node:os";

import { putIntoDocument } from "./document.ts";
import type { Row } from "./row.ts";

/** One run of the benchmark: when, on what, and what came out. Nothing in it names the machine. */
export interface Results {
  readonly date: string;
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  /** Processes that wanted a core, on average over the minute before the start. */
  readonly loadBefore: number;
  readonly rows: readonly Row[];
}

/** What is to be known of this machine, before the first measure. */
export function describeMachine(): Omit<Results, "rows"> {
  const [first] = cpus();
  return {
    date: new Date().toISOString(),
    node: process.version,
    platform: `${platform()} ${arch()}`,
    cpu: first?.model.trim() ?? "unknown",
    cores: cpus().length,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

/** One line above the table. */
export function wordMachine({ date, node, platform, cpu, cores, loadBefore }: Omit<Results, "rows">): string {
  return `Run of ${date.slice(0, 10)}: Node ${node.slice(1)} on ${platform}, ${cores} cores of ${cpu}, load before the start ${loadBefore}.`;
}

const RESULTS = new URL("./results.json", import.meta.url);

/** Puts the results beside the benchmark; the file is whole at every time. */
export async function writeResults(results: Results): Promise<void> {
  const temporary = new URL(`${RESULTS.href}.tmp`);
  await writeFile(temporary, `${JSON.stringify(results, null, 2)}\n`);
  await rename(temporary, RESULTS);
}

/** Puts `text` between the marks of docs/benchmark.md. */
export async function writeDocument(text: string): Promise<void> {
  await putIntoDocument("benchmark.md", "results", text);
}
