import { BREAK, CLASS, COLON, COMMA, DOT, ODD } from "./characters.ts";
import { toSkip, type Skip } from "./chat-markup.ts";
import { createFindings, type Findings } from "./findings.ts";
import type { Reading } from "./reading.ts";
import { refang, type Refanged } from "./refang.ts";
import { findScheme } from "./scheme.ts";
import { maybeSpaced, readSpaced } from "./spaced.ts";
import { readUrl } from "./url.ts";
import { readWords } from "./words.ts";

/** A run longer than this is read in parts, cut at commas. */
const LONG_RUN_UNITS = 2048;
/** A run longer than this, without a comma, is data and no text: passed over. */
const MAX_RUN_UNITS = 8192;
/** The shortest hash is an MD5. */
const HASH_UNITS = 32;
/** `[ . ]` and `[,]`, which hold what would end a run. */
const SPACED_MARK = /[[({][ \t]{0,2}(?:\.|,|dot)[ \t]{0,2}[\])}]/iy;
const LESS_THAN = 0x3c;
const WINDOWS_PATH = /(?:^|[^a-z])[a-z]:\\/i;

/** Finds everything in a text, in one pass over it. */
export function findIndicators(source: string): Findings {
  const findings = createFindings(source);
  const hasEscapes = source.includes("\\") && source.includes('"');
  let skip: Skip | null = null;
  let noSpacedBefore = 0;
  let at = 0;
  while (at < source.length) {
    const code = source.charCodeAt(at);
    if ((CLASS[code] ?? 0) & (BREAK | COMMA)) {
      if (code === LESS_THAN) skip = toSkip(source, at);
      at = skip?.from === at ? skip.to : at + 1;
      continue;
    }
    const run = toRun(source, at);
    if (run.end >= noSpacedBefore && maybeSpaced(source, run.end)) {
      const spaced = readSpaced(source, findings, at, run.end);
      noSpacedBefore = spaced.tried;
      if (spaced.resumeAt > 0) {
        at = spaced.resumeAt;
        continue;
      }
    }
    at = Math.max(run.end, readRun(source, findings, at, run, hasEscapes));
  }
  return findings;
}

interface Run {
  readonly end: number;
  /** All classes of its characters. */
  readonly flags: number;
}

function toRun(source: string, start: number): Run {
  let flags = 0;
  let end = start;
  let stops = BREAK;
  let limit = start + LONG_RUN_UNITS;
  while (end < source.length) {
    const code = source.charCodeAt(end);
    const found = CLASS[code] ?? 0;
    if (found & stops) break;
    flags |= found;
    end += 1;
    if (found & ODD && (code === 0x5b || code === 0x28 || code === 0x7b))
      end = Math.max(end, toMarkEnd(source, end));
    if (end >= limit) {
      stops = BREAK | COMMA;
      limit = Infinity;
    }
  }
  return { end, flags };
}

function toMarkEnd(source: string, afterBracket: number): number {
  const next = source.charCodeAt(afterBracket);
  if (next !== 0x20 && next !== 0x2c && next !== 0x09) return 0;
  SPACED_MARK.lastIndex = afterBracket - 1;
  return SPACED_MARK.test(source) ? SPACED_MARK.lastIndex : 0;
}

/** Reads one run; returns the offset to go on at when that lies beyond the run. */
function readRun(source: string, findings: Findings, start: number, run: Run, hasEscapes: boolean): number {
  const length = run.end - start;
  if (!(run.flags & (DOT | COLON | ODD)) && length < HASH_UNITS && !isLocalhost(source, start, length))
    return 0;
  if (length > MAX_RUN_UNITS) return 0;
  const reading: Reading = {
    source,
    refanged: toRefanged(source, start, run, hasEscapes),
    findings,
    resumeAt: 0,
  };
  const { text } = reading.refanged;
  let at = 0;
  while (at < text.length) {
    const match = run.flags & (COLON | ODD) || text.includes("//") ? findScheme(text, at) : null;
    readWords(reading, at, match?.start ?? text.length);
    if (match === null) break;
    at = Math.max(match.end, readUrl(reading, match, text.length));
  }
  return reading.resumeAt;
}

function toRefanged(source: string, start: number, { end, flags }: Run, hasEscapes: boolean): Refanged {
  if (!(flags & ODD)) return { text: source.slice(start, end), base: start, starts: null, ends: null };
  const escapes = hasEscapes && !WINDOWS_PATH.test(source.slice(start, end));
  return refang(source, start, end, escapes);
}

function isLocalhost(source: string, start: number, length: number): boolean {
  return (
    length === 9 &&
    (source.charCodeAt(start) | 0x20) === 0x6c &&
    /^localhost$/i.test(source.slice(start, start + 9))
  );
}
