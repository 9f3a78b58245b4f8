import type { Clock } from "../src/model.ts";

/** A clock that stands still until it is moved. Waits end when it is moved past their end. */
export interface MovedClock extends Clock {
  /** Moves on, waking who waits along the way, each at its time. */
  advance(ms: number): Promise<void>;
  /** Moves on from wait to wait until `isDone`; for at most `mostMs`. */
  runUntil(isDone: () => boolean, mostMs: number): Promise<void>;
}

interface Sleeper {
  readonly at: number;
  wake(): void;
}

export function createMovedClock(start: string | number = "2026-11-21T10:00:00Z"): MovedClock {
  let now = new Date(start).getTime();
  let sleepers: Sleeper[] = [];

  async function wakeNext(until: number): Promise<boolean> {
    const next = sleepers.toSorted((a, b) => a.at - b.at)[0];
    if (next === undefined || next.at > until) return false;
    now = Math.max(now, next.at);
    sleepers = sleepers.filter((sleeper) => sleeper !== next);
    next.wake();
    await settle();
    return true;
  }

  return {
    now: () => now,
    wait(ms, signal) {
      if (ms <= 0 || signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const sleeper = { at: now + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          resolve();
        });
      });
    },
    async advance(ms) {
      const until = now + ms;
      await settle();
      while (await wakeNext(until));
      now = until;
      await settle();
    },
    async runUntil(isDone, mostMs) {
      const until = now + mostMs;
      for (await settle(); !isDone(); await settle()) {
        if (now >= until) throw new Error("the clock ran out");
        await wakeNext(until);
      }
    },
  };
}

/** Lets everything run that is ready: promises, and Bottleneck's jobs, which start from timers of no length. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 15; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
