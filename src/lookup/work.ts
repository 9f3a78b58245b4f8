import type { Answer, Indicator } from "../model.ts";
import type { Lane } from "./ledger-rows.ts";

/** How one asker wants a look-up done. */
export interface LookUpOptions {
  readonly lane: Lane;
  /** Look-ups of one list take turns with those of other lists. */
  readonly listId: string;
  /** Longer than this it does not wait for a resting key. Infinity: it waits for a day's or month's budget too. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** Called for each request that is sent for this asker; one that several wait for counts for the first. */
  readonly onRequest?: () => void;
}

/** One look-up of one indicator at VirusTotal. It never rejects: what went wrong is the answer. */
export type LookUp = (indicator: Indicator, options: LookUpOptions) => Promise<Answer>;

/** Somebody who waits for a work's answer. */
export interface Waiter {
  readonly patienceMs: number;
  readonly onRequest: () => void;
  settle(answer: Answer): void;
}

/** One indicator to be asked, for everybody who waits for it. */
export interface Work {
  readonly indicator: Indicator;
  listId: string;
  readonly queuedAt: number;
  readonly waiters: Set<Waiter>;
  lane: Lane;
  /** Times that it was tried again after a passing fault. */
  retries: number;
}

/** What tells indicators apart, in the cache too. */
export function nameOf(indicator: Indicator): string {
  return `${indicator.kind}:${indicator.value}`;
}
