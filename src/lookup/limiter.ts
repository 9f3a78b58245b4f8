import Bottleneck from "bottleneck";

import type { Clock } from "../model.ts";

/** Lets so many jobs run at a time. */
export interface Limiter {
  /** Resolves when the job is done. @throws what the job throws. */
  run(job: () => Promise<void>): Promise<void>;
}

/** A job that has not started by then, though there is a place, waits for a time that the clock was set back from. */
const LATE_MS = 1000;

/**
 * A Bottleneck that starts a job as soon as there is a place. By itself it starts none before the time of the last one:
 * where the clock was set back by an hour, only in an hour. Then another one takes its place, and gets the jobs that have
 * not started; those that run in the first are no longer counted, so callers count what they have running.
 */
export function createLimiter(maxConcurrent: number, clock: Clock): Limiter {
  let current = new Bottleneck({ maxConcurrent });

  async function replaceUnless(started: AbortSignal, late: Bottleneck): Promise<void> {
    await clock.wait(LATE_MS, started);
    if (started.aborted || current !== late) return;
    current = new Bottleneck({ maxConcurrent });
    await late.stop({ dropWaitingJobs: true });
  }

  return {
    async run(job) {
      for (;;) {
        const started = new AbortController();
        const limiter = current;
        const done = limiter.schedule(async () => {
          started.abort();
          await job();
        });
        void replaceUnless(started.signal, limiter);
        try {
          return await done;
        } catch (error) {
          // Dropped, or refused by one that is stopped: it never started.
          if (!(error instanceof Bottleneck.BottleneckError)) throw error;
        }
      }
    },
  };
}
