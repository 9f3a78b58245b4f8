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
  /** When the asker looked at what is known, in ms since 1970; now unless said. What was found since needs no request. */
  readonly knownAt?: number;
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
  /** What was found since then is its answer. */
  readonly knownAt: number;
  /** The same, by a clock that nobody sets: of `performance.now`. */
  readonly knownAtMs: number;
  readonly waiters: Set<Waiter>;
  lane: Lane;
  /** Times that it was tried again after a passing fault. */
  retries: number;
}

/** What tells indicators apart, in the cache too. */
export function nameOf(indicator: Indicator): string {
  return `${indicator.kind}:${indicator.value}`;
}

/** Work that nobody waits for yet. */
export function toWork(
  indicator: Indicator,
  { lane, listId, knownAt }: Pick<LookUpOptions, "lane" | "listId" | "knownAt">,
  now: number,
): Work {
  const agoMs = Math.max(0, now - (knownAt ?? now));
  return {
    indicator,
    lane,
    listId,
    knownAt: knownAt ?? now,
    knownAtMs: performance.now() - agoMs,
    waiters: new Set(),
    retries: 0,
  };
}

/** When somebody looked at what is known, by the clock as it is now: it may have been set back since. */
export function knownSince({ knownAt, knownAtMs }: Work, now: number): number {
  return Math.min(knownAt, now - (performance.now() - knownAtMs));
}
