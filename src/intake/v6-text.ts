import { CLASS, DOT, WORD } from "./characters.ts";
import { judgeBlock, judgeV6 } from "./ip-address.ts";
import { reject } from "./judgement.ts";
import { isDefanged, note, unitAt, type Reading } from "./reading.ts";

/** Where a run of hex digits, colons and dots ends, and whether it was an address. */
export interface V6Run {
  readonly isFound: boolean;
  readonly end: number;
}

const COLON_UNIT = 0x3a;
const DOT_UNIT = 0x2e;
const HYPHEN = 0x2d;
const SECOND = /[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?![\w:])/iy;

/** Tries to read an IPv6 address at an index, which must be the start of a word or a colon. */
export function readV6(reading: Reading, start: number, to: number): V6Run {
  const { text } = reading;
  if (text.charCodeAt(start) === COLON_UNIT && text.charCodeAt(start + 1) !== COLON_UNIT) {
    return { isFound: false, end: start };
  }
  let end = start;
  let colons = 0;
  while (end < to && isV6Unit(text.charCodeAt(end))) {
    if (text.charCodeAt(end) === COLON_UNIT) colons += 1;
    end += 1;
  }
  const runEnd = { isFound: false, end: Math.max(end, start + 1) };
  if (colons < 2) return { isFound: false, end: start };
  const range = toRangeEnd(text, end);
  if (range > 0 && judgeV6(text.slice(start, end), true) !== null) {
    note(reading, start, range, reject("range of addresses"));
    return { isFound: true, end: range };
  }
  if (!mayBegin(text, start) || isWordUnit(text.charCodeAt(end))) return runEnd;
  while (end > start && isTail(text, end)) end -= 1;
  if (end - start > 60) return runEnd;
  const candidate = text.slice(start, end);
  const isMarked = isDefanged(reading, start, end) || isBracketed(reading, start, end);
  const judgement = judgeV6(candidate, isMarked);
  if (judgement === null) {
    if (!isBroken(candidate)) return runEnd;
    note(reading, start, end, reject("not a valid IPv6 address"));
    return { isFound: true, end: runEnd.end };
  }
  const block = text.slice(end, end + 5).match(/^\/(\d{1,3})(?!\d)/);
  const prefix = Number(block?.[1] ?? 128);
  if (block !== null && prefix < 128) {
    const blockEnd = end + block[0].length;
    note(reading, start, blockEnd, judgeBlock(prefix, 128));
    return { isFound: true, end: blockEnd };
  }
  const zone = /%[\w.-]{1,32}/y;
  zone.lastIndex = end;
  if (text.charCodeAt(end) === 0x25 && zone.test(text)) end = zone.lastIndex;
  note(reading, start, end, judgement);
  return { isFound: true, end: Math.max(end, block === null ? end : end + block[0].length) };
}

/** A word may stand before it with a colon, `IPv6:` or `src:`, but no group that would belong to it. */
function mayBegin(text: string, start: number): boolean {
  const before = text.charCodeAt(start - 1);
  if (before === HYPHEN) return !isWordUnit(text.charCodeAt(start - 2));
  if (before !== COLON_UNIT) return !isWordUnit(before);
  return /(?:^|[^\w-])[a-z\d_]*[g-z][a-z\d_]*:$/i.test(text.slice(Math.max(0, start - 24), start));
}

/** Where a second address after a dash ends, or 0. */
function toRangeEnd(text: string, end: number): number {
  if (text.charCodeAt(end) !== HYPHEN) return 0;
  SECOND.lastIndex = end + 1;
  return SECOND.test(text) ? SECOND.lastIndex : 0;
}

function isV6Unit(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x3a) ||
    code === DOT_UNIT ||
    (code >= 0x61 && code <= 0x66) ||
    (code >= 0x41 && code <= 0x46)
  );
}

function isWordUnit(code: number): boolean {
  return ((CLASS[code] ?? 0) & (WORD | DOT)) !== 0;
}

/** A dot or a single colon at the end belongs to the sentence; two colons are part of the address. */
function isTail(text: string, end: number): boolean {
  const last = text.charCodeAt(end - 1);
  return last === DOT_UNIT || (last === COLON_UNIT && text.charCodeAt(end - 2) !== COLON_UNIT);
}

function isBracketed(reading: Reading, start: number, end: number): boolean {
  return unitAt(reading, start - 1) === 0x5b && unitAt(reading, end) === 0x5d;
}

/** Looks like an address to a person: many groups, and long ones among them (fingerprints and times have two digits). */
function isBroken(text: string): boolean {
  const groups = text.split(":");
  const long = groups.filter((group) => group.length > 2).length;
  return (groups.length >= 6 && long >= 3) || (groups.length >= 8 && long >= 1);
}
