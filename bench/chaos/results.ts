import { writeFile } from "node:fs/promises";

import { putIntoDocument } from "../document.ts";
import { type describeMachine, wordMachine } from "../results-file.ts";
import type { FaultRow } from "./tally.ts";

/** A run in numbers. */
interface RunFigures {
  /** As it was before the clock was moved. */
  readonly machine: ReturnType<typeof describeMachine>;
  /** Whether three processes shared PostgreSQL and Redis. */
  readonly isShared: boolean;
  readonly seed: number;
  readonly rounds: number;
  /** Requests of people. */
  readonly asks: number;
}

const RESULTS = new URL("../chaos.json", import.meta.url);

/** Puts the figures beside the benchmark's. */
export async function writeResults({
  machine,
  ...figures
}: RunFigures & { readonly rows: readonly FaultRow[] }): Promise<void> {
  await writeFile(RESULTS, `${JSON.stringify({ ...machine, ...figures }, null, 2)}\n`);
}

/** Puts the table between the marks of docs/chaos.md. @throws Error where it has none. */
export async function writeDocument(
  table: string,
  { machine, seed, rounds, asks, isShared }: RunFigures,
): Promise<void> {
  const about = `${wordMachine(machine)} ${rounds.toLocaleString("en-US")} rounds, ${asks.toLocaleString("en-US")} requests of people, seed ${seed}.`;
  await putIntoDocument("chaos.md", isShared ? "shared" : "results", `${about}\n\n${table}`);
}
