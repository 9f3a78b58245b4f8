import type { Piece } from "../model.ts";
import { BREAK, CLASS } from "./characters.ts";
import type { Findings } from "./findings.ts";
import type { Judgement } from "./judgement.ts";
import { toEnd, toStart, type Refanged } from "./refang.ts";

/** A run of text without spaces, while it is read. All indexes are into `text`, from `start` up to `end`. */
export interface Reading {
  /** The whole text, as it was written. */
  readonly source: string;
  readonly refanged: Refanged;
  /** That of `refanged`: the run alone, or the whole source where nothing had to be undone. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly mayHoldScheme: boolean;
  readonly mayHoldV6: boolean;
  readonly findings: Findings;
  /** Set to an offset of `source` when what was found goes on beyond the run. */
  resumeAt: number;
}

/** The unit at an index; 0 where a break, or nothing, is. */
export function unitAt({ text }: Reading, index: number): number {
  const code = text.charCodeAt(index);
  return Number.isNaN(code) || (CLASS[code] ?? 0) & BREAK ? 0 : code;
}

/** What was written between two indexes. */
export function toWritten({ source, refanged }: Reading, start: number, end: number): string {
  return source.slice(toStart(refanged, start), toEnd(refanged, end));
}

/** Whether the author took pains to break it: brackets or the word `dot`, full-width dots; a backslash is none. */
export function isDefanged(reading: Reading, start: number, end: number): boolean {
  return reading.refanged.segments !== null && /[[({]|dot|[．。｡]/i.test(toWritten(reading, start, end));
}

/** Takes note of a judgement on what stands between two indexes. */
export function note(
  { findings, refanged }: Reading,
  start: number,
  end: number,
  judgement: Judgement | null,
  from: Piece["from"] = "text",
): void {
  if (judgement !== null) findings.add(toStart(refanged, start), toEnd(refanged, end), judgement, from);
}
