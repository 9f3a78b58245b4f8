import { LIMITS } from "./limits.ts";

const MINUTE_MS = 60_000;

/** Counts what is spent of `chat.update`, whose limit holds for the whole workspace. */
export interface Edits {
  /** In how many ms progress may be shown again; 0: now. The places that are kept are for summaries. */
  progressInMs(): number;
  count(): void;
}

export function createEdits(now: () => number = Date.now): Edits {
  const times: number[] = [];
  function forget(): void {
    while (times[0] !== undefined && times[0] <= now() - MINUTE_MS) times.shift();
  }
  return {
    progressInMs() {
      forget();
      const oldest = times[times.length - LIMITS.progressEditsPerMinute];
      return oldest === undefined ? 0 : oldest + MINUTE_MS - now();
    },
    count() {
      forget();
      times.push(now());
    },
  };
}
