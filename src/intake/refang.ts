import { CLASS, DOT, IGNORED, WORD } from "./characters.ts";

/** Text as its author meant it, with where each of its units stood in the original. */
export interface Refanged {
  readonly text: string;
  /** Offset in the original of the first unit; the rest follow one by one when `starts` is null. */
  readonly base: number;
  readonly starts: readonly number[] | null;
  readonly ends: readonly number[] | null;
}

/** Where the unit at `index` began in the original. */
export function toStart(refanged: Refanged, index: number): number {
  return refanged.starts === null ? refanged.base + index : (refanged.starts[index] ?? 0);
}

/** Where the unit before `index` ended in the original. */
export function toEnd(refanged: Refanged, index: number): number {
  return refanged.ends === null ? refanged.base + index : (refanged.ends[index - 1] ?? 0);
}

interface Draft {
  readonly source: string;
  text: string;
  /** The last unit of `text`. */
  last: number;
  readonly starts: number[];
  readonly ends: number[];
  /** Brackets that were opened and not closed. */
  open: number;
  /** Whether `\n` and the like are line ends, as they are within quoted strings. */
  readonly escapes: boolean;
}

/** `[.]`, `(dot)`, `{ . }`, `[,]`: a dot and nothing else. */
const DOT_MARK = /[[({][ \t]{0,2}(?:\.|,|。|．|｡|dot|punto|punkt|ponto)[ \t]{0,2}[\])}]/iy;
/** `[:]`, `[://]`, `[/]`, `[?]`: punctuation put in brackets. */
const SIGN_MARK = /[[({](?:[:/?=&#@_-]|:\/\/|\/\/|:\/)[\])}]/y;
const AT_MARK = /[[({](?:at|arroba)[\])}]/iy;
/** Half-open and doubled brackets round a dot: `[.`, `[.[`, `].[`, `[[.]]`. */
const OPEN_DOT = /[[({]{1,2}\.[\])}[({]{0,2}(?=[\p{L}\p{N}_])/uy;
const CLOSED_DOT = /\.[\])}]{1,2}(?=[\p{L}\p{N}_])/uy;
const TURNED_DOT = /[\])}]{1,2}\.[[({\])}]{1,2}(?=[\p{L}\p{N}_])/uy;
/** `www.[example`, but not the `[1]` of a footnote. */
const OPENED_LABEL = /\.[[({](?=[\p{L}\p{N}_-]{1,63}(?![\p{L}\p{N}_-]*[\])}]))/uy;
const ENTITY = /&(amp|lt|gt|quot|apos|nbsp|#39|#x27|#x2F|#47|#46|#x2E|#58|#x3A);/iy;
const UNICODE_ESCAPE = /\\+u00([2-7][0-9a-f])/iy;
const LINE_ESCAPE = /\\[nrt]/y;
const ESCAPED_SIGN = /\\{1,2}[./:@_~-]/y;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  "#x2f": "/",
  "#47": "/",
  "#46": ".",
  "#x2e": ".",
  "#58": ":",
  "#x3a": ":",
};

/** Undoes defanging, escapes and invisible characters between two offsets, in one pass and time linear in them. */
export function refang(source: string, start: number, end: number, escapes: boolean): Refanged {
  const draft: Draft = { source, text: "", last: 0, starts: [], ends: [], open: 0, escapes };
  let at = start;
  while (at < end) at = readUnit(draft, at);
  return { text: draft.text, base: start, starts: draft.starts, ends: draft.ends };
}

function readUnit(draft: Draft, at: number): number {
  const code = draft.source.charCodeAt(at);
  switch (code) {
    case 0x5b:
    case 0x28:
    case 0x7b:
      return readOpening(draft, at);
    case 0x5d:
    case 0x29:
    case 0x7d:
      return readClosing(draft, at);
    case 0x2e:
      return readDot(draft, at);
    case 0x5c:
      return readBackslash(draft, at);
    case 0x26:
      return readEntity(draft, at);
    case 0x5e:
      return draft.source.charCodeAt(at + 1) === 0x2e
        ? push(draft, ".", at, at + 2)
        : push(draft, "^", at, at + 1);
    default:
      return readPlain(draft, at, code);
  }
}

function readPlain(draft: Draft, at: number, code: number): number {
  const flags = CLASS[code] ?? 0;
  if (flags & IGNORED) return at + 1;
  if (flags & DOT) return push(draft, ".", at, at + 1);
  if (code > 0xff00 && code < 0xff5f) return push(draft, String.fromCharCode(code - 0xfee0), at, at + 1);
  return push(draft, draft.source.charAt(at), at, at + 1);
}

function readOpening(draft: Draft, at: number): number {
  const dot = endOf(DOT_MARK, draft, at) || (followsWord(draft) && endOf(OPEN_DOT, draft, at));
  if (dot) return push(draft, ".", at, dot);
  const sign = endOf(SIGN_MARK, draft, at);
  if (sign) {
    let next = at;
    for (let index = at + 1; index < sign - 1; index += 1) {
      const last = index === sign - 2;
      next = push(draft, draft.source.charAt(index), next, last ? sign : index + 1);
    }
    return sign;
  }
  const atSign = followsWord(draft) && endOf(AT_MARK, draft, at);
  if (atSign) return push(draft, "@", at, atSign);
  draft.open += 1;
  return push(draft, draft.source.charAt(at), at, at + 1);
}

function readClosing(draft: Draft, at: number): number {
  const dot = followsWord(draft) && endOf(TURNED_DOT, draft, at);
  if (dot) return push(draft, ".", at, dot);
  if (draft.open > 0) draft.open -= 1;
  return push(draft, draft.source.charAt(at), at, at + 1);
}

function readDot(draft: Draft, at: number): number {
  const bracket = draft.source.charCodeAt(at + 1);
  if (bracket < 0x28 || !followsWord(draft)) return push(draft, ".", at, at + 1);
  const closed = draft.open === 0 && endOf(CLOSED_DOT, draft, at);
  const end = closed || endOf(OPENED_LABEL, draft, at);
  return push(draft, ".", at, end || at + 1);
}

function readBackslash(draft: Draft, at: number): number {
  const sign = endOf(ESCAPED_SIGN, draft, at);
  if (sign) return push(draft, draft.source.charAt(sign - 1), at, sign);
  const line = draft.escapes && endOf(LINE_ESCAPE, draft, at);
  if (line) return push(draft, " ", at, line);
  const unicode = endOf(UNICODE_ESCAPE, draft, at);
  if (!unicode) return push(draft, "\\", at, draft.source.charCodeAt(at + 1) === 0x5c ? at + 2 : at + 1);
  return push(
    draft,
    String.fromCharCode(Number.parseInt(draft.source.slice(unicode - 2, unicode), 16)),
    at,
    unicode,
  );
}

function readEntity(draft: Draft, at: number): number {
  const end = endOf(ENTITY, draft, at);
  if (!end) return push(draft, "&", at, at + 1);
  const name = draft.source.slice(at + 1, end - 1).toLowerCase();
  return push(draft, ENTITIES[name] ?? (name === "lt" ? "<" : name === "gt" ? ">" : '"'), at, end);
}

function followsWord(draft: Draft): boolean {
  return ((CLASS[draft.last] ?? 0) & WORD) !== 0;
}

/** Where the pattern ends that begins exactly here, or 0. */
function endOf(pattern: RegExp, draft: Draft, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(draft.source) ? pattern.lastIndex : 0;
}

function push(draft: Draft, char: string, start: number, end: number): number {
  draft.text += char;
  draft.last = char.charCodeAt(0);
  draft.starts.push(start);
  draft.ends.push(end);
  return end;
}
