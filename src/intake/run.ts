import { BREAK, CLASS, COMMA, DOT, TELLING } from "./characters.ts";

/** A piece of text without breaks, and what it may hold. One of these is filled again for every run, of which there are millions. */
export interface Run {
  end: number;
  /** All classes of its characters. */
  flags: number;
  /** Whether it may hold an indicator at all: most words of a text do not. */
  isWorth: boolean;
  mayHoldScheme: boolean;
  mayHoldV6: boolean;
}

/** A run longer than this is read in parts, cut at commas. */
const LONG_RUN_UNITS = 2048;
/** A run longer than this, without a comma, is data and no text. */
export const MAX_RUN_UNITS = 8192;
/** The shortest hash is an MD5. */
const HASH_UNITS = 32;
/** `[ . ]`, which holds what would end a run. */
const SPACED_MARK = /[[({][ \t]{0,2}(?:\.|,|dot)[ \t]{0,2}[\])}]/iy;

const SCHEME = 1;
const V6 = 2;
const NAME = 4;
const SLASH = 0x2f;
const ANY = SCHEME | V6 | NAME;
const COLON_STEP = 8;

/** A run to be measured. */
export function createRun(): Run {
  return { end: 0, flags: 0, isWorth: false, mayHoldScheme: false, mayHoldV6: false };
}

/** Measures the run that begins at `start`, which must be no break. */
export function measure(run: Run, source: string, start: number): void {
  const { length } = source;
  let end = toRunEnd(run, source, start, Math.min(length, start + LONG_RUN_UNITS), BREAK);
  if (end === start + LONG_RUN_UNITS) {
    const flags = run.flags;
    end = toRunEnd(run, source, end, length, BREAK | COMMA);
    run.flags |= flags;
  }
  // `[ . ]` goes on after its spaces.
  for (let mark = toMarkEnd(source, end - 1); mark > end; mark = toMarkEnd(source, end - 1)) {
    const flags = run.flags | DOT;
    end = toRunEnd(run, source, mark, Math.min(length, mark + LONG_RUN_UNITS), BREAK);
    run.flags |= flags;
  }
  const marks = run.flags & TELLING ? toMarks(source, start, Math.min(end, start + MAX_RUN_UNITS)) : 0;
  run.end = end;
  run.mayHoldScheme = (marks & SCHEME) !== 0 || isBareScheme(source, start);
  run.mayHoldV6 = (marks & V6) !== 0 || marks >= 7 * COLON_STEP;
  run.isWorth =
    (run.flags & DOT) !== 0 ||
    marks >= 7 * COLON_STEP ||
    (marks & ANY) !== 0 ||
    end - start >= HASH_UNITS ||
    isLocalhost(source, start);
}

/** Goes to the next unit of the classes `stops`, and sets the run's flags to all that it passes. */
function toRunEnd(run: Run, source: string, from: number, to: number, stops: number): number {
  // Every character of a text goes through here: no call, no import, nothing that can be hoisted.
  const classes = CLASS;
  let flags = 0;
  let end = from;
  while (end < to) {
    const found = classes[source.charCodeAt(end)] ?? 0;
    if (found & stops) break;
    flags |= found;
    end += 1;
  }
  run.flags = flags;
  return end;
}

/** What the telling characters of a run say: flags once, colons every time. */
function toMarks(source: string, start: number, end: number): number {
  const classes = CLASS;
  let marks = 0;
  for (let at = start; at < end; at += 1) {
    if ((classes[source.charCodeAt(at)] ?? 0) & TELLING) marks = withMark(source, at, marks);
  }
  return marks;
}

/** Adds what a telling character says to the marks so far: flags once, colons every time. */
function withMark(source: string, at: number, marks: number): number {
  const next = source.charCodeAt(at + 1);
  let found = 0;
  let step = 0;
  switch (source.charCodeAt(at)) {
    case 0x3a:
    case 0xff1a:
      step = COLON_STEP;
      if (next === 0x3a) found = V6;
      else if (next === 0x2f || next === 0x5c || next === 0x5b || next === 0x28) found = SCHEME;
      break;
    case 0x40:
      found = NAME;
      break;
    case 0x26:
      if (next === 0x23) found = NAME | SCHEME | V6;
      break;
    case 0x5c:
      if (next === 0x75) found = NAME | SCHEME | V6;
      break;
    default:
      if (next === 0x20 || next === 0x2c || next === 0x09) found = NAME;
      else if (next === 0x3a) found = SCHEME | V6;
      else if (next === 0x2f) found = SCHEME;
      else if ((next | 0x20) === 0x64 || (next | 0x20) === 0x70) found = NAME;
  }
  return (marks | found) + step;
}

function toMarkEnd(source: string, bracket: number): number {
  const code = source.charCodeAt(bracket);
  if (code !== 0x5b && code !== 0x28 && code !== 0x7b) return 0;
  SPACED_MARK.lastIndex = bracket;
  return SPACED_MARK.test(source) ? SPACED_MARK.lastIndex : 0;
}

/** `http//host`, without its colon. */
function isBareScheme(source: string, start: number): boolean {
  const isLikely = source.charCodeAt(start + 5) === SLASH && source.charCodeAt(start + 3) !== SLASH;
  return isLikely && /^h[tx]{2}p(?:\/\/|s\/\/)/i.test(source.slice(start, start + 7));
}

function isLocalhost(source: string, start: number): boolean {
  const isLikely =
    (source.charCodeAt(start) | 0x20) === 0x6c && (source.charCodeAt(start + 1) | 0x20) === 0x6f;
  return isLikely && /^localhost\b/i.test(source.slice(start, start + 10));
}
