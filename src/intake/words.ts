import { CLASS, COLON, DOT, WORD } from "./characters.ts";
import { judgeHash } from "./hash.ts";
import { judgeName } from "./host-name.ts";
import { readName } from "./names.ts";
import { readNumbers } from "./numbers.ts";
import { note, unitAt, type Reading } from "./reading.ts";
import { toStart } from "./refang.ts";
import { readV6 } from "./v6-text.ts";
import { toWord, type Word } from "./word.ts";

const AT = 0x40;
const PLUS = 0x2b;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const DOT_UNIT = 0x2e;
const HYPHEN = 0x2d;

/** Finds what stands between two indexes outside of URLs: addresses, names, hashes. Linear in what it reads. */
export function readWords(reading: Reading, from: number, to: number): void {
  const classes = CLASS;
  const { text } = reading;
  let at = from;
  let noV6Before = from;
  while (at < to) {
    const code = text.charCodeAt(at);
    // Here a hyphen is a bullet: it must not hide what follows.
    if (code === HYPHEN && reading.mayHoldV6) {
      at += 1;
      continue;
    }
    const flags = classes[code] ?? 0;
    if (reading.mayHoldV6 && flags & (WORD | COLON) && at >= noV6Before) {
      const v6 = readV6(reading, at, to);
      if (v6.isFound) {
        at = v6.end;
        continue;
      }
      noV6Before = v6.end;
    }
    at = flags & (WORD | DOT) ? readRunOfLabels(reading, at, to) : at + 1;
  }
}

/** Goes to the end of a run of labels and dots, and reads it if it can be anything. */
function readRunOfLabels(reading: Reading, from: number, to: number): number {
  const classes = CLASS;
  const { text } = reading;
  let end = from;
  let dots = 0;
  let lastDot = -1;
  for (; end < to; end += 1) {
    const code = text.charCodeAt(end);
    if (code === DOT_UNIT) {
      dots += 1;
      if (end > from + 1) lastDot = end;
    } else if (!((classes[code] ?? 0) & WORD)) break;
  }
  const length = end - from;
  // Most runs are plain words, and versions such as 1.1 or Safari/537.36.
  if (dots === 0 && length < 32 && length !== 9 && text.charCodeAt(from - 1) !== AT) return end;
  if (dots > 0 && dots < 3 && isDigit(text.charCodeAt(lastDot + 1)) && reading.refanged.segments === null)
    return end;
  const word = toWord(reading, from, end);
  return word === null ? end : Math.max(end, readWord(reading, word, end));
}

/** Reads one word, whose run ends at `to`; returns the index to go on at. */
function readWord(reading: Reading, word: Word, to: number): number {
  if (!word.text.includes(".")) return readLabel(reading, word, to);
  if (word.after === AT && isWordUnit(reading, to + 1) && !isShare(reading, word, to)) return to;
  if (word.after === PLUS && isTagged(reading.text, to)) return to;
  return readNumbers(reading, word, to) ?? readName(reading, word, to);
}

/** `\\\\host@SSL\\share` and `\\\\host@8080\\share`: what stands before the @ is the host. */
function isShare({ text }: Reading, { before }: Word, to: number): boolean {
  return before === BACKSLASH && /^@(?:ssl|\d{1,5})(?:@\d{1,5})?\\/i.test(text.slice(to, to + 20));
}

/** `john.smith+tag@host`: not the name of a host, but of a mailbox. */
function isTagged(text: string, to: number): boolean {
  return /^\+[\w.+-]{1,64}@\w/.test(text.slice(to, to + 70));
}

/** A word without dots can be a hash, `localhost`, or the host after an @. */
function readLabel(reading: Reading, word: Word, to: number): number {
  const { start, end, text, before } = word;
  if (text.length >= 32 && isAlone(word)) {
    const offset = toStart(reading.refanged, start);
    note(
      reading,
      start,
      end,
      judgeHash(text, () => reading.source.slice(Math.max(0, offset - 40), offset)),
    );
    return to;
  }
  if (text.length === 9 && before !== SLASH && text.toLowerCase() === "localhost") {
    note(reading, start, end, judgeName("localhost"));
    return to;
  }
  return before === AT ? readName(reading, word, to) : to;
}

/** Not in a path, and not a piece of something longer such as base64 or a number in hexadecimal. */
function isAlone({ before, after, isDotted }: Word): boolean {
  return !isDotted && !"/\\@%$+~".includes(toChar(before)) && !"/\\@%$+~=".includes(toChar(after));
}

function toChar(code: number): string {
  return String.fromCharCode(code || 0x20);
}

function isWordUnit(reading: Reading, index: number): boolean {
  const code = unitAt(reading, index);
  return code === 0x5b || ((CLASS[code] ?? 0) & WORD) !== 0;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
