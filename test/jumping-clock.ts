import { systemClock } from "../src/clock.ts";
import type { Clock } from "../src/model.ts";

/** The machine's own time, but that it can be set forward: who waits for a time that is then past goes on. */
export interface JumpingClock extends Clock {
  jump(ms: number): void;
}

export function createJumpingClock(): JumpingClock {
  let aheadMs = 0;
  const sleepers = new Set<{ readonly at: number; wake(): void }>();
  const now = () => Date.now() + aheadMs;
  return {
    now,
    async wait(ms, signal) {
      const woken = new AbortController();
      const sleeper = { at: now() + ms, wake: () => woken.abort() };
      sleepers.add(sleeper);
      const signals = signal === undefined ? [woken.signal] : [woken.signal, signal];
      await systemClock.wait(ms, AbortSignal.any(signals));
      sleepers.delete(sleeper);
    },
    jump(ms) {
      aheadMs += ms;
      for (const sleeper of sleepers) if (sleeper.at <= now()) sleeper.wake();
    },
  };
}
