import { messageOf } from "./errors.ts";
import type { Clock } from "./model.ts";
import { isAway } from "./records/away.ts";

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 10_000;

/** Who waits, and hears why. */
interface Waiting {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onNotice: (sentence: string) => void;
}

/**
 * Opens what is on a server; one that cannot be reached is waited for, and that is said once. Resolves to null when
 * `signal` aborts first. @throws what `open` throws for any other reason.
 */
export async function openWhenThere<Opened>(
  open: () => Promise<Opened>,
  { clock, signal, onNotice }: Waiting,
): Promise<Opened | null> {
  let told = "";
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await open();
    } catch (error) {
      if (!isAway(error)) throw error;
      const sentence = `${messageOf(error)} It is tried again until it is there.`;
      if (sentence !== told) onNotice(sentence);
      told = sentence;
      await clock.wait(pauseMs, signal);
    }
  }
  return null;
}
