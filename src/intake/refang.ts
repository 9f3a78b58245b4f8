import { CLASS, DOT, IGNORED, ODD, WORD } from "./characters.ts";

/** Text as its author meant it, with where each of its units stood in the original. */
export interface Refanged {
  readonly text: string;
  /** In order. Null when the text is the original, and indexes are offsets in it. */
  readonly segments: readonly Segment[] | null;
}

/** What was copied as it stood, or one unit that stands for a mark such as `[.]`. */
interface Segment {
  readonly index: number;
  readonly start: number;
  /** Where the mark ended; 0 for what was copied. */
  readonly markEnd: number;
}

/** Text in which nothing is to be undone. */
export function toPlain(text: string): Refanged {
  return { text, segments: null };
}

/** Where the unit at `index` began in the original. */
export function toStart({ segments }: Refanged, index: number): number {
  if (segments === null) return index;
  const segment = segmentAt(segments, index);
  return segment.markEnd > 0 ? segment.start : segment.start + index - segment.index;
}

/** Where the unit before `index` ended in the original. */
export function toEnd({ segments }: Refanged, index: number): number {
  if (segments === null) return index;
  const segment = segmentAt(segments, index - 1);
  return segment.markEnd > 0 ? segment.markEnd : segment.start + index - segment.index;
}

function segmentAt(segments: readonly Segment[], index: number): Segment {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((segments[middle]?.index ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return segments[low] ?? { index: 0, start: 0, markEnd: 0 };
}

interface Draft {
  readonly source: string;
  readonly end: number;
  text: string;
  /** The last unit of `text`; to ask the text itself would join its parts every time. */
  last: number;
  readonly segments: Segment[];
  /** What stands from here on is copied when the next mark is met. */
  copyFrom: number;
  /** Brackets that were opened and not closed. */
  open: number;
  /** Whether `\n` and the like are line ends, as they are in JSON. */
  readonly escapes: boolean;
}

/** A dot in brackets that is written out, or has spaces within: `(dot)`, `{ . }`, `[,]`. */
const DOT_MARK = /[[({][ \t]{0,2}(?:\.|,|。|．|｡|dot|punto|punkt|ponto)[ \t]{0,2}[\])}]/iy;
/** `[:]`, `[://]`, `[/]`, `[?]`: punctuation in brackets. */
const SIGN_MARK = /[[({](?:[:/?=&#@_-]|:\/\/|\/\/|:\/)[\])}]/y;
const AT_MARK = /[[({](?:at|arroba)[\])}]/iy;
/** Half-open and doubled brackets round a dot: `[.`, `[.[`, `[[.]]`. */
const OPEN_DOT = /[[({]{1,2}\.[\])}[({]{0,2}(?=[\p{L}\p{N}_])/uy;
const CLOSED_DOT = /\.[\])}]{1,2}(?=[\p{L}\p{N}_])/uy;
const TURNED_DOT = /[\])}]{1,2}\.[[({\])}]{1,2}(?=[\p{L}\p{N}_])/uy;
/** `www.[example`, but not the `[1]` of a footnote. */
const OPENED_LABEL = /\.[[({](?=[\p{L}\p{N}_-]{1,63}(?![\p{L}\p{N}_-]|[\])}]))/uy;
const ENTITY = /&(amp|lt|gt|quot|apos|nbsp|#39|#x27|#x2F|#47|#46|#x2E|#58|#x3A);/iy;
const UNICODE_ESCAPE = /\\+u00([2-7][0-9a-f])/iy;
const LINE_ESCAPE = /\\[nrt]/y;
const ESCAPED_SIGN = /\\{1,2}[./:@_~-]/y;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  "#x2f": "/",
  "#47": "/",
  "#46": ".",
  "#x2e": ".",
  "#58": ":",
  "#x3a": ":",
};

/** Undoes defanging, escapes and invisible characters between two offsets, in one pass and time linear in them. */
export function refang(source: string, start: number, end: number, escapes: boolean): Refanged {
  const classes = CLASS;
  const draft: Draft = { source, end, text: "", last: 0, segments: [], copyFrom: start, open: 0, escapes };
  let at = start;
  while (at < end) {
    const code = source.charCodeAt(at);
    const flags = classes[code] ?? 0;
    if (flags & ODD) at = readOdd(draft, at, code, flags);
    else if (code === 0x2e && at + 1 < end && isBracket(source.charCodeAt(at + 1))) at = readDot(draft, at);
    else at += 1;
  }
  copy(draft, end);
  return { text: draft.text, segments: draft.segments };
}

/** Each of these takes the offset of what it reads and returns the one after it. */
function readOdd(draft: Draft, at: number, code: number, flags: number): number {
  switch (code) {
    case 0x5b:
    case 0x28:
    case 0x7b:
      return readOpening(draft, at);
    case 0x5d:
    case 0x29:
    case 0x7d:
      return readClosing(draft, at);
    case 0x5c:
      return readBackslash(draft, at);
    case 0x26:
      return readEntity(draft, at);
    case 0x5e:
      return draft.source.charCodeAt(at + 1) === 0x2e ? mark(draft, ".", at, at + 2) : at + 1;
    default:
      if (flags & IGNORED) return mark(draft, "", at, at + 1);
      if (flags & DOT) return mark(draft, ".", at, at + 1);
      if (code > 0xff00 && code < 0xff5f) return mark(draft, String.fromCharCode(code - 0xfee0), at, at + 1);
      return at + 1;
  }
}

function readOpening(draft: Draft, at: number): number {
  const { source } = draft;
  const next = source.charCodeAt(at + 1);
  if (next === 0x2e && isClosing(source.charCodeAt(at + 2))) return mark(draft, ".", at, at + 3);
  const dot = mayBeginDot(next) ? endOf(DOT_MARK, draft, at) : 0;
  if (dot) return mark(draft, ".", at, dot);
  const open = (next === 0x2e || isBracket(next)) && followsWord(draft, at) ? endOf(OPEN_DOT, draft, at) : 0;
  if (open) return mark(draft, ".", at, open);
  const sign = isSign(next) ? endOf(SIGN_MARK, draft, at) : 0;
  if (sign) {
    mark(draft, source.charAt(at + 1), at, sign === at + 3 ? sign : at + 2);
    for (let inner = at + 2; inner < sign - 1; inner += 1) {
      mark(draft, source.charAt(inner), inner, inner === sign - 2 ? sign : inner + 1);
    }
    return sign;
  }
  const isAt = (next | 0x20) === 0x61 && followsWord(draft, at) ? endOf(AT_MARK, draft, at) : 0;
  if (isAt) return mark(draft, "@", at, isAt);
  draft.open += 1;
  return at + 1;
}

function readClosing(draft: Draft, at: number): number {
  const next = draft.source.charCodeAt(at + 1);
  const dot = (next === 0x2e || isClosing(next)) && followsWord(draft, at) ? endOf(TURNED_DOT, draft, at) : 0;
  if (dot) return mark(draft, ".", at, dot);
  if (draft.open > 0) draft.open -= 1;
  return at + 1;
}

/** A dot with a bracket right after it. */
function readDot(draft: Draft, at: number): number {
  if (!followsWord(draft, at)) return at + 1;
  const closed = draft.open === 0 ? endOf(CLOSED_DOT, draft, at) : 0;
  const end = closed || endOf(OPENED_LABEL, draft, at);
  return end ? mark(draft, ".", at, end) : at + 1;
}

function readBackslash(draft: Draft, at: number): number {
  const { source } = draft;
  const sign = endOf(ESCAPED_SIGN, draft, at);
  if (sign) return mark(draft, source.charAt(sign - 1), at, sign);
  const line = draft.escapes ? endOf(LINE_ESCAPE, draft, at) : 0;
  if (line) return mark(draft, " ", at, line);
  const unicode = endOf(UNICODE_ESCAPE, draft, at);
  if (!unicode) return source.charCodeAt(at + 1) === 0x5c ? mark(draft, "\\", at, at + 2) : at + 1;
  return mark(
    draft,
    String.fromCharCode(Number.parseInt(source.slice(unicode - 2, unicode), 16)),
    at,
    unicode,
  );
}

function readEntity(draft: Draft, at: number): number {
  const end = endOf(ENTITY, draft, at);
  if (!end) return at + 1;
  return mark(draft, ENTITIES[draft.source.slice(at + 1, end - 1).toLowerCase()] ?? '"', at, end);
}

/** Whether what was read last is a part of a word. */
function followsWord(draft: Draft, at: number): boolean {
  const code = at > draft.copyFrom ? draft.source.charCodeAt(at - 1) : draft.last;
  return ((CLASS[code] ?? 0) & WORD) !== 0;
}

/** Where the pattern ends that begins exactly here and ends within the run, or 0. */
function endOf(pattern: RegExp, { source, end }: Draft, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(source) && pattern.lastIndex <= end ? pattern.lastIndex : 0;
}

function mark(draft: Draft, char: string, start: number, end: number): number {
  copy(draft, start);
  if (char !== "") {
    draft.segments.push({ index: draft.text.length, start, markEnd: end });
    draft.text += char;
    draft.last = char.charCodeAt(0);
  }
  draft.copyFrom = end;
  return end;
}

function copy(draft: Draft, to: number): void {
  if (to <= draft.copyFrom) return;
  draft.segments.push({ index: draft.text.length, start: draft.copyFrom, markEnd: 0 });
  draft.text += draft.source.slice(draft.copyFrom, to);
  draft.last = draft.source.charCodeAt(to - 1);
}

function mayBeginDot(code: number): boolean {
  const letter = code | 0x20;
  return (
    letter === 0x64 || letter === 0x70 || code === 0x20 || code === 0x2c || code === 0x09 || code > 0x2fff
  );
}

function isSign(code: number): boolean {
  return code < 0x60 && ":/?=&#@_-".includes(String.fromCharCode(code));
}

function isBracket(code: number): boolean {
  return code === 0x5b || code === 0x28 || code === 0x7b || isClosing(code);
}

function isClosing(code: number): boolean {
  return code === 0x5d || code === 0x29 || code === 0x7d;
}
