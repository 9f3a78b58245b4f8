import { z } from "zod";

import { newAsk, type Ask } from "./ask.ts";
import type { House } from "./house.ts";
import type { Input } from "./inputs.ts";
import { sleep } from "./patience.ts";
import { type Run, runCommand } from "./program.ts";

const AGAIN_MS = 200;
const MOST_TRIES = 40;

const Summary = z.object({ summary: z.record(z.string(), z.number()) });

/** Runs of the command line that are under way, to be killed. */
export type Runs = Set<Run>;

/** Scans on the command line; the same command again, when it was killed or could not work. */
export async function askOnCommandLine(house: House, input: Input, asks: Ask[], runs: Runs): Promise<void> {
  const ask = newAsk("command line", "somebody", "vtip scan --json", input);
  asks.push(ask);
  while (!ask.isTaken && ask.tries < MOST_TRIES) {
    ask.tries += 1;
    const run = runCommand(house.launch, ["scan", "--json", "--no-out"], input.text);
    runs.add(run);
    const { status, stdout } = await run.ended;
    runs.delete(run);
    ask.sums = status === 0 || status === 2 ? readSums(stdout) : null;
    ask.isTaken = ask.sums !== null;
    if (!ask.isTaken) await sleep(AGAIN_MS);
  }
}

/** The last line's sums, and how many lines stand before it. */
function readSums(stdout: string): Readonly<Record<string, number>> | null {
  const lines = stdout.trimEnd().split("\n");
  const last = Summary.safeParse(JSON.parse(lines.at(-1) ?? "null"));
  return last.success ? { ...last.data.summary, lines: lines.length - 1 } : null;
}
