import type { Input } from "./inputs.ts";

/** Where people ask. */
export type Way = "slack" | "discord" | "http" | "command line";

/** Something that somebody asked, and what came of it. */
export interface Ask extends Input {
  readonly way: Way;
  /** Who asked: a person of a platform. */
  readonly by: string;
  /** How it was asked, for people. */
  readonly how: string;
  /** How often it was asked until it was taken. */
  tries: number;
  /** Whether it was taken for good: nothing of it may be lost from then on. */
  isTaken: boolean;
  /** Of `performance.now`: when it was asked first. */
  readonly sinceMs: number;
  /** By the clock of the world. */
  readonly sinceAt: number;
  /** What the answer said of itself, where there was one to look into; null otherwise. */
  sums: Readonly<Record<string, number>> | null;
}

/** An ask that nobody has taken yet. */
export function newAsk(way: Way, by: string, how: string, input: Input): Ask {
  const since = { sinceMs: performance.now(), sinceAt: Date.now() };
  return { ...input, way, by, how, tries: 0, isTaken: false, ...since, sums: null };
}
