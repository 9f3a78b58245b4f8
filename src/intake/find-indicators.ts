import { BREAK, CLASS, COMMA, DOT, ODD } from "./characters.ts";
import { toSkip, type Skip } from "./chat-markup.ts";
import { createFindings, type Findings } from "./findings.ts";
import { reject, type Judgement } from "./judgement.ts";
import { createReading, type Reading } from "./reading.ts";
import { refang } from "./refang.ts";
import { createRun, MAX_RUN_UNITS, measure, type Run } from "./run.ts";
import { findScheme } from "./scheme.ts";
import { maybeSpaced, readSpaced } from "./spaced.ts";
import { readUrl } from "./url.ts";
import { readWords } from "./words.ts";

const LESS_THAN = 0x3c;
/** How much of a run that is too long to be read a report shows. */
const SHOWN_UNITS = 80;
const WINDOWS_PATH = /(?:^|[^a-z])[a-z]:\\/i;

/** Finds everything in a text, in one pass over it. */
export function findIndicators(source: string): Findings {
  const findings = createFindings(source);
  const hasEscapes = source.includes("\\") && source.includes('":');
  const run = createRun();
  const reading = createReading(source, findings);
  const classes = CLASS;
  let skip: Skip | null = null;
  let noSpacedBefore = 0;
  let at = 0;
  while (at < source.length) {
    const code = source.charCodeAt(at);
    if ((classes[code] ?? 0) & (BREAK | COMMA)) {
      if (code === LESS_THAN) skip = toSkip(source, at);
      at = skip?.from === at ? skip.to : at + 1;
      continue;
    }
    measure(run, source, at);
    if (run.end >= noSpacedBefore && maybeSpaced(source, run.end)) {
      const spaced = readSpaced(source, findings, at, run.end);
      noSpacedBefore = spaced.tried;
      if (spaced.resumeAt > 0) {
        at = spaced.resumeAt;
        continue;
      }
    }
    if (run.end - at > MAX_RUN_UNITS) {
      readLongRun(reading, at, run, hasEscapes);
      at = run.end;
      continue;
    }
    at = run.isWorth ? Math.max(run.end, readRun(reading, at, run, hasEscapes)) : run.end;
  }
  return findings;
}

/** In JSON, lines of one string are parted by `\\n`; what is too long even so is told, and not read. */
function readLongRun(reading: Reading, start: number, run: Run, hasEscapes: boolean): void {
  const { end } = run;
  const isTelling = mayHoldHosts(run);
  for (let from = start; from < end; from = run.end) {
    const cut = hasEscapes ? reading.source.indexOf("\\n", from + 1) : -1;
    run.end = cut === -1 || cut > end ? end : cut;
    // What the whole run may hold is not known of its parts.
    run.flags |= ODD;
    run.mayHoldScheme = true;
    run.mayHoldV6 = true;
    if (run.end - from <= MAX_RUN_UNITS) readRun(reading, from, run, hasEscapes);
    else if (isTelling) reading.findings.add(from, from + SHOWN_UNITS, toTooLong(run.end - from), "text");
  }
}

/** Packed data, keys and pictures in text form have no dots. */
function mayHoldHosts(run: Run): boolean {
  return (run.flags & DOT) !== 0 || run.mayHoldScheme;
}

function toTooLong(units: number): Judgement {
  const count = units.toLocaleString("en-US");
  return reject(`${count} characters without a space or comma; put one indicator on each line`);
}

/** Reads one run; returns the offset to go on at when that lies beyond the run. */
function readRun(reading: Reading, start: number, run: Run, hasEscapes: boolean): number {
  fill(reading, start, run, hasEscapes);
  const { text, end } = reading;
  let at = reading.start;
  while (at < end) {
    const match = run.mayHoldScheme ? findScheme(text, at, end) : null;
    readWords(reading, at, match?.start ?? end);
    if (match === null) break;
    at = Math.max(match.end, readUrl(reading, match, end));
  }
  return reading.resumeAt;
}

function fill(reading: Reading, start: number, run: Run, hasEscapes: boolean): void {
  const { source } = reading;
  const isPlain = (run.flags & ODD) === 0;
  const refanged = isPlain
    ? reading.plain
    : refang(source, start, run.end, hasEscapes && !isPath(source, start, run));
  reading.refanged = refanged;
  reading.text = refanged.text;
  reading.start = isPlain ? start : 0;
  reading.end = isPlain ? run.end : refanged.text.length;
  reading.mayHoldV6 = run.mayHoldV6;
  reading.notedEnd = reading.start;
  reading.resumeAt = 0;
}

/** In `C:\new` the backslash is no escape. */
function isPath(source: string, start: number, { end }: Run): boolean {
  return WINDOWS_PATH.test(source.slice(start, end));
}
