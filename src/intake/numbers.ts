import { toBlock, toRangeReason, toSpacedRange } from "./address-range.ts";
import { CLASS, WORD } from "./characters.ts";
import { judgeNumbers, toOctets } from "./ip-address.ts";
import { reject } from "./judgement.ts";
import { note, unitAt, type Reading } from "./reading.ts";
import { toStart } from "./refang.ts";
import { skipTail } from "./tail.ts";
import type { Word } from "./word.ts";

const SLASH = 0x2f;
const DASHED = /^((?:\d{1,3}\.){3}\d{1,3})-((?:\d{1,3}\.){0,3}\d{1,3})$/;
const GLUED =
  /^(?:(?!v|ver|version|rev|r|rc|release|build)[a-z]{2,}|[ac-qs-uw-z])((?:\d{1,3}\.){3}\d{1,3})$|^((?:\d{1,3}\.){3}\d{1,3})[a-z]\w*$/i;
const VERSION =
  /(?:\bv|version|ver|firmware|build|revision|(?:chrom(?:e|ium)|firefox|edge|opera|webkit|openssl|java|php)(?= ))\.?["']?[ \t]?[:=]?[ \t]?["']?$/i;

/** Reads a word that is made of numbers; returns the index to go on at, or null when it is not. */
export function readNumbers(reading: Reading, word: Word, to: number): number | null {
  const { start, end, text } = word;
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  if (!isDigit(first) && !isDigit(last)) return null;
  if (!isNumeric(text)) return readMixed(reading, word, to);
  if (!word.isDefanged && !mayFollow(reading, word)) return to;
  const judgement = judgeNumbers(text, word.isDefanged);
  if (judgement === null) return to;
  if (judgement.is === "rejected") {
    note(reading, start, end, judgement);
    return skipTail(reading, to);
  }
  const block = end === to ? toBlock(reading, to) : null;
  if (block !== null) {
    note(reading, start, block.end, block.judgement ?? judgement);
    return block.end;
  }
  const range = end === to ? toSpacedRange(reading, word) : null;
  if (range !== null) {
    reading.findings.add(toStart(reading.refanged, start), range.resumeAt, reject(range.reason), "text");
    reading.resumeAt = range.resumeAt;
    return toIndex(reading, to, range.resumeAt);
  }
  note(reading, start, end, isVersion(reading, word) ? reject("version number") : judgement);
  return skipTail(reading, to);
}

function readMixed(reading: Reading, word: Word, to: number): number | null {
  const { start, end, text } = word;
  const dashed = text.match(DASHED);
  const base = toOctets(dashed?.[1] ?? "");
  if (base !== null) {
    const reason = toRangeReason(base, dashed?.[2] ?? "");
    if (reason !== null && !isPathPart(word)) note(reading, start, end, reject(reason));
    return skipTail(reading, to);
  }
  const glued = text.match(GLUED);
  if (toOctets(glued?.[1] ?? glued?.[2] ?? "") === null) return /\.\d+$/.test(text) ? to : null;
  if (!isPathPart(word)) note(reading, start, end, reject("address glued to other text"));
  return skipTail(reading, to);
}

/** The first index at or after `from` that stood at an offset or after it. */
function toIndex({ refanged, end }: Reading, from: number, offset: number): number {
  let index = from;
  while (index < end && toStart(refanged, index) < offset) index += 1;
  return index;
}

/** After a slash it is a version or a part of a path, except right after the slash that some logs put before addresses. */
function mayFollow(reading: Reading, { before, start, after }: Word): boolean {
  switch (before) {
    case 0x2b:
    case 0x24:
      return false;
    case SLASH: {
      const previous = unitAt(reading, start - 2);
      if (previous === SLASH) return !isWordUnit(unitAt(reading, start - 3));
      return !isWordUnit(previous) && after !== SLASH && previous !== 0x29 && previous !== 0x7d;
    }
    case 0x5c:
      return isUnc(reading, start);
    default:
      return true;
  }
}

/** Whether only backslashes stand before it: `\\1.2.3.4\share`. */
function isUnc(reading: Reading, start: number): boolean {
  const previous = unitAt(reading, start - 2);
  return previous === 0 || previous === 0x5c;
}

function isVersion({ source, refanged }: Reading, { start, isDefanged }: Word): boolean {
  if (isDefanged) return false;
  const offset = toStart(refanged, start);
  const before = source.charCodeAt(offset - 1);
  // Most addresses follow a space after no such word, and there are many of them.
  const last = before === 0x20 ? source.charAt(offset - 2) : source.charAt(offset - 1);
  if (!/[vnredxtlapm.:="']/i.test(last)) return false;
  return VERSION.test(source.slice(Math.max(0, offset - 14), offset));
}

function isPathPart({ before }: Word): boolean {
  return before === SLASH || before === 0x5c;
}

function isNumeric(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (!isDigit(code) && code !== 0x2e) return false;
  }
  return true;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isWordUnit(code: number): boolean {
  return ((CLASS[code] ?? 0) & WORD) !== 0;
}
