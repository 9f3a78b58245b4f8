import type { Log } from "../log.ts";

/** Keeps count of tries that fail one after the other, so that the log says what changes and not each try. */
export interface Trouble {
  /** One more try has failed. Returns how long to wait for the next one, in ms: longer each time. */
  again(reason: string): number;
  /** A try has worked. */
  over(): void;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 300_000;

/** `what` is the name of what is tried, as the log has it. */
export function createTrouble(log: Log, what: string): Trouble {
  let failed = 0;
  return {
    again(reason) {
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** failed, LONGEST_PAUSE_MS);
      if (failed === 0) log.warn({ what, reason }, "the blacklist was not handed on, is tried again");
      else log.debug({ what, reason, pauseMs }, "the blacklist was not handed on again");
      failed += 1;
      return pauseMs;
    },
    over() {
      if (failed > 0) log.info({ what, failed }, "the blacklist is handed on again");
      failed = 0;
    },
  };
}
