import type { Log } from "../log.ts";
import type { Answer, Clock, Facts, Indicator } from "../model.ts";
import type { Alarm } from "./alarm.ts";
import type { Key } from "./key.ts";
import type { Lane } from "./ledger-rows.ts";
import type { Parks } from "./parks.ts";
import type { Closure, Places } from "./places.ts";
import type { Queue } from "./queue.ts";
import type { RecentAnswers } from "./recent-answers.ts";
import type { LookUp, Work } from "./work.ts";

/** Asks VirusTotal once for one indicator. @throws VirusTotalError */
export type Ask = (indicator: Indicator, key: Key, signal: AbortSignal, lane: Lane) => Promise<Facts | null>;

export interface DispatchOptions {
  readonly ask: Ask;
  readonly places: (onFree: () => void) => Places;
  readonly parks: Parks;
  readonly clock: Clock;
  readonly log: Log;
  /** Called before the asker gets it, so that a crash after the answer does not spend it again. */
  readonly keep: (indicator: Indicator, facts: Facts | null, checkedAt: number) => Promise<void>;
  /** What is on disk since then, from this process or another, or null. */
  readonly found: (indicator: Indicator, sinceMs: number) => Promise<Answer | null>;
}

/** What look-ups are doing, and how many have ended in which way since the start. */
export interface Activity {
  readonly waiting: Readonly<Record<Lane, number>>;
  readonly ended: Readonly<Record<Answer["outcome"], number>>;
  /** Requests that were answered, by key (its variable) and by how. */
  readonly requests: readonly {
    readonly key: string;
    readonly outcome: RequestOutcome;
    readonly count: number;
  }[];
}

/** `limited`: VirusTotal gives this key no more for now (429). */
export type RequestOutcome = "answered" | "limited" | "failed";

/** Hands look-ups to keys, the most deserving first, each indicator to one key at a time. */
export interface Dispatch {
  readonly lookUp: LookUp;
  /** Why nothing moves at the moment, or null. */
  closure(): Closure | null;
  /** Look-ups that wait, by who waits for them, and how those before them ended. */
  activity(): Activity;
  /** Ends all waits; what is under way has a few seconds to be answered. */
  close(): Promise<void>;
}

/** What the parts of the dispatch share. */
export interface Context extends Omit<DispatchOptions, "places"> {
  readonly queue: Queue;
  readonly places: Places;
  readonly ended: Record<Answer["outcome"], number>;
  /** How many requests ended in which way, by `key outcome`. */
  readonly requests: Map<string, Activity["requests"][number]>;
  /** Everything that somebody waits for, queued or under way. */
  readonly works: Map<string, Work>;
  readonly recent: RecentAnswers;
  readonly underWay: Set<Promise<void>>;
  /** No more is sent. */
  readonly closing: AbortController;
  /** What is under way is given up. */
  readonly ending: AbortController;
  closure: Closure | null;
  isPumping: boolean;
  isPumpWanted: boolean;
  readonly alarm: Alarm;
}
