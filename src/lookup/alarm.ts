import type { Clock } from "../model.ts";

/** Calls back at one moment; setting it anew forgets the earlier one. */
export interface Alarm {
  set(afterMs: number): void;
  stop(): void;
}

/** Rings no sooner than this, so that a place that comes free this instant is not asked for in a loop. */
const SHORTEST_MS = 2;

/** Without a reason of its own, each abort would make an error with a stack. */
const OVER = "over";

/** An alarm that is not set. */
export function createAlarm(clock: Clock, onRing: () => void): Alarm {
  let current = new AbortController();
  return {
    set(afterMs) {
      current.abort(OVER);
      current = new AbortController();
      void ring(clock, Math.max(afterMs, SHORTEST_MS), current.signal, onRing);
    },
    stop: () => current.abort(OVER),
  };
}

async function ring(clock: Clock, afterMs: number, signal: AbortSignal, onRing: () => void): Promise<void> {
  // It may be the next day that is waited for.
  await (clock.waitUntil?.(clock.now() + afterMs, signal) ?? clock.wait(afterMs, signal));
  if (!signal.aborted) onRing();
}
