import { setMaxListeners } from "node:events";
import { Writable } from "node:stream";

import { pino } from "pino";
import { onTestFinished } from "vitest";

import { takeOverEdits } from "../../src/lists/hand-edits.ts";
import type { Log } from "../../src/log.ts";
import { openListBench, type ListBench } from "../lists/list-bench.ts";
import type { MovedClock } from "../moved-clock.ts";

/** One run of the program, as far as it tells others of the blacklist. */
export interface NoticeRun {
  readonly tools: ListBench["tools"] & { readonly log: Log; readonly signal: AbortSignal };
  /** Lines of the log from `info` on, in short: `level reason`. */
  readonly lines: string[];
  /** Changes the list by hand, and has it noted. */
  write(...ips: readonly string[]): Promise<void>;
  /** Moves the clock on in small steps until it holds. */
  until(holds: () => boolean | Promise<boolean>, what: string, stepMs?: number): Promise<void>;
  /** Ends the run, and waits for `work`. */
  end(): Promise<void>;
  /** Lets `work` go on by itself until the end of the run. */
  track(work: Promise<void>): void;
}

const STEP_MS = 250;
const MOST_STEPS = 2000;

export async function openRun(folder: string): Promise<NoticeRun> {
  const bench = await openListBench(folder, { BLOCK_WEBHOOK_SECRET: "" });
  const ending = new AbortController();
  setMaxListeners(0, ending.signal);
  const lines: string[] = [];
  const work: Promise<void>[] = [];
  const tools = { ...bench.tools, log: toLog(lines), signal: ending.signal };
  let isOpen = true;
  async function end(): Promise<void> {
    if (!isOpen) return;
    isOpen = false;
    ending.abort();
    await Promise.all(work);
    await bench.close();
  }
  onTestFinished(end);
  return {
    tools,
    lines,
    async write(...ips) {
      bench.blacklist(ips.map((ip) => `${ip}\n`).join(""));
      await takeOverEdits(tools);
    },
    until: async (holds, what, stepMs = STEP_MS) => until(tools.clock, holds, what, stepMs),
    end,
    track: (promise) => void work.push(promise),
  };
}

async function until(
  clock: MovedClock,
  holds: () => boolean | Promise<boolean>,
  what: string,
  stepMs: number,
): Promise<void> {
  for (let steps = 0; !(await holds()); steps += 1) {
    if (steps === MOST_STEPS) throw new Error(`never came: ${what}`);
    await clock.advance(stepMs);
  }
}

function toLog(lines: string[]): Log {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const { level, reason, msg } = JSON.parse(chunk.toString()) as Record<string, unknown>;
      if (level === 40 || String(msg).endsWith("again"))
        lines.push(`${String(level)} ${String(reason ?? msg)}`);
      done();
    },
  });
  return pino({ level: "info" }, stream);
}
