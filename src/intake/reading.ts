import type { Piece } from "../model.ts";
import { BREAK, CLASS } from "./characters.ts";
import type { Findings } from "./findings.ts";
import type { Judgement } from "./judgement.ts";
import { toEnd, toPlain, toStart, type Refanged } from "./refang.ts";

/**
 * A run of text without spaces, while it is read. All indexes are into `text`, from `start` up to `end`.
 * One of these is filled again for every run, of which there are millions.
 */
export interface Reading {
  /** The whole text, as it was written. */
  readonly source: string;
  readonly findings: Findings;
  /** The whole source, for runs in which nothing is to be undone. */
  readonly plain: Refanged;
  refanged: Refanged;
  /** That of `refanged`: the run alone, or the whole source where nothing had to be undone. */
  text: string;
  start: number;
  end: number;
  mayHoldV6: boolean;
  /** Where what was noted last in this run ended; nothing that follows may begin before it. */
  notedEnd: number;
  /** Set to an offset of `source` when what was found goes on beyond the run. */
  resumeAt: number;
}

/** A reading to be filled. */
export function createReading(source: string, findings: Findings): Reading {
  const plain = toPlain(source);
  return {
    source,
    findings,
    plain,
    refanged: plain,
    text: source,
    start: 0,
    end: 0,
    mayHoldV6: false,
    notedEnd: 0,
    resumeAt: 0,
  };
}

/** The unit at an index; 0 where a break, or nothing, is. */
export function unitAt({ text }: Reading, index: number): number {
  const code = text.charCodeAt(index);
  return Number.isNaN(code) || (CLASS[code] ?? 0) & BREAK ? 0 : code;
}

/** What was written between two indexes. */
function toWritten({ source, refanged }: Reading, start: number, end: number): string {
  return source.slice(toStart(refanged, start), toEnd(refanged, end));
}

/** Whether the author took pains to break it: brackets or the word `dot`, full-width dots; a backslash is none. */
export function isDefanged(reading: Reading, start: number, end: number): boolean {
  return reading.refanged.segments !== null && /[[({]|dot|[．。｡]/i.test(toWritten(reading, start, end));
}

/** Takes note of a judgement on what stands between two indexes. */
export function note(
  reading: Reading,
  start: number,
  end: number,
  judgement: Judgement | null,
  from: Piece["from"] = "text",
): void {
  if (judgement === null) return;
  const { findings, refanged } = reading;
  findings.add(toStart(refanged, start), toEnd(refanged, end), judgement, from);
  reading.notedEnd = end;
}
