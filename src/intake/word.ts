import { isUnspaced } from "./characters.ts";
import { isDefanged, unitAt, type Reading } from "./reading.ts";

/** A word of labels and dots between two indexes, without the punctuation at its ends, and what stands round it. */
export interface Word {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The unit before it, 0 for a break; dots and hyphens trimmed from it do not count. */
  readonly before: number;
  readonly after: number;
  /** Whether a dot was trimmed from its start. */
  readonly isDotted: boolean;
  readonly isDefanged: boolean;
}

const DOT = 0x2e;
const HYPHEN = 0x2d;
const UNDERSCORE = 0x5f;
const PERCENT = 0x25;

/** Trims a run of labels and dots; null when less than two units are left. */
export function toWord(reading: Reading, from: number, to: number): Word | null {
  const { text } = reading;
  let start = from;
  let end = to;
  while (end > start && isEdge(text.charCodeAt(end - 1))) end -= 1;
  const isEmphasis = text.charCodeAt(from) === UNDERSCORE && text.charCodeAt(to - 1) === UNDERSCORE;
  while (start < end && isLeading(text.charCodeAt(start), isEmphasis)) start += 1;
  start = afterUnspaced(text, start, end);
  if (end - start < 2) return null;
  const trimmed = end;
  end = withoutUnspaced(text, start, end);
  let before = unitAt(reading, from - 1);
  const escaped = before === PERCENT && /^[\da-f]{2}/i.test(text.slice(start, start + 2));
  if (escaped) {
    before = Number.parseInt(text.slice(start, start + 2), 16);
    start += 2;
  }
  return {
    start,
    end,
    text: text.slice(start, end),
    before,
    after: unitAt(reading, end < trimmed ? end : to),
    isDotted: text.charCodeAt(from) === DOT,
    isDefanged: isDefanged(reading, start, end),
  };
}

/** Korean and Chinese go on right after a name or an address: `evil.com에서` ends at the `com`. */
function withoutUnspaced(text: string, start: number, end: number): number {
  if (!isUnspaced(text.charCodeAt(end - 1))) return end;
  let cut = end;
  while (cut > start && isUnspaced(text.charCodeAt(cut - 1))) cut -= 1;
  const last = text.charCodeAt(cut - 1);
  return cut > start && last < 0x80 && last !== DOT ? cut : end;
}

/** An address has no letters, so those before it are other text; a name may begin with them. */
function afterUnspaced(text: string, start: number, end: number): number {
  if (!isUnspaced(text.charCodeAt(start))) return start;
  let cut = start;
  while (cut < end && isUnspaced(text.charCodeAt(cut))) cut += 1;
  return /^[\d.]+$/.test(text.slice(cut, withoutUnspaced(text, cut, end))) ? cut : start;
}

function isEdge(code: number): boolean {
  return code === DOT || code === HYPHEN || code === UNDERSCORE;
}

function isLeading(code: number, isEmphasis: boolean): boolean {
  return code === DOT || code === HYPHEN || (isEmphasis && code === UNDERSCORE);
}
