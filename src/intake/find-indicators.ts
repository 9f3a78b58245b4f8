import { BREAK, CLASS, COMMA, ODD } from "./characters.ts";
import { toSkip, type Skip } from "./chat-markup.ts";
import { createFindings, type Findings } from "./findings.ts";
import { createReading, type Reading } from "./reading.ts";
import { refang } from "./refang.ts";
import { createRun, MAX_RUN_UNITS, measure, type Run } from "./run.ts";
import { findScheme } from "./scheme.ts";
import { maybeSpaced, readSpaced } from "./spaced.ts";
import { readUrl } from "./url.ts";
import { readWords } from "./words.ts";

const LESS_THAN = 0x3c;
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
    const isRead = run.isWorth && run.end - at <= MAX_RUN_UNITS;
    at = isRead ? Math.max(run.end, readRun(reading, at, run, hasEscapes)) : run.end;
  }
  return findings;
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
