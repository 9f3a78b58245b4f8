import { BREAK, CLASS, COMMA, DOT, LOOSE, WORD } from "./characters.ts";
import type { Findings } from "./findings.ts";
import { hasPublicEnding, judgeName, toCanonicalName } from "./host-name.ts";
import { judgeNumbers } from "./ip-address.ts";
import type { Judgement } from "./judgement.ts";
import { SPOKEN_DOMAINS } from "./name-endings.ts";
import { refang, toEnd, toStart, type Refanged } from "./refang.ts";

/** More links than this are no name. */
const MAX_LINKS = 12;
/** Nor are longer parts. */
const MAX_LINK_UNITS = 300;
/** `evil dot com`, `1 . 2 . 3 . 4`, `bob (at) evil [.] com`, with the spaces round it. */
const SEPARATOR =
  /[ \t]{1,3}([[({][ \t]?(?:\.|[dD][oO][tT]|punto|punkt|at|AT|@|arroba)[ \t]?[\])}])[ \t]{0,3}(?=[^\s])|[ \t]{1,3}([.．。｡]|dot|DOT|Dot|@|AT)[ \t]{1,3}(?=[^\s])/y;
const ENDS_WITH_MARK = /[[({](?:\.|dot)[\])}]$/i;
/** Before `dot` these make a sentence, not a name. */
const NO_NAME =
  /^(?:the|a|an|this|that|each|every|polka|no|one|red|green|blue|black|white|with|and|of|my|your|in|to)$/i;

interface Link {
  readonly start: number;
  readonly end: number;
}

/** `marked`: brackets leave no doubt; `spoken`: a word or a lone dot, that prose has as well. */
interface Separator {
  readonly sign: "." | "@";
  readonly use: "marked" | "spoken";
}

/** Where the reader goes on after text that was written with spaces; `tried` needs no second look. */
export interface Spaced {
  readonly resumeAt: number;
  readonly tried: number;
}

/** Whether what stands after a run can be a separator between spaces; cheap enough to ask after every word. */
export function maybeSpaced(source: string, end: number): boolean {
  const code = source.charCodeAt(end);
  if (code !== 0x20 && code !== 0x09) return false;
  let next = end + 1;
  while (next < end + 3 && source.charCodeAt(next) === 0x20) next += 1;
  const first = source.charCodeAt(next);
  if ((CLASS[first] ?? 0) & LOOSE && mayFollow(first, source.charCodeAt(next + 1)))
    return isSeparator(source, end);
  const last = source.charCodeAt(end - 1);
  return (last === 0x5d || last === 0x29 || last === 0x7d) && ENDS_WITH_MARK.test(source.slice(end - 5, end));
}

/** Most words that begin with a d, and most brackets, are no separators. */
function mayFollow(first: number, second: number): boolean {
  switch (first) {
    case 0x44:
    case 0x64:
      return (second | 0x20) === 0x6f;
    case 0x41:
      return second === 0x54;
    case 0x5b:
    case 0x28:
    case 0x7b:
      return (
        second === 0x2e || second === 0x40 || second === 0x20 || /[dpa]/i.test(String.fromCharCode(second))
      );
    default:
      return second === 0x20 || second === 0x09;
  }
}

function isSeparator(source: string, at: number): boolean {
  SEPARATOR.lastIndex = at;
  return SEPARATOR.test(source);
}

/** Reads an indicator whose parts have spaces between them and that begins with the run from `start` to `end`. */
export function readSpaced(source: string, findings: Findings, start: number, end: number): Spaced {
  if (end - start > MAX_LINK_UNITS) return { resumeAt: 0, tried: end };
  const links: Link[] = [{ start, end }];
  const separators: Separator[] = [];
  let at = end;
  if (ENDS_WITH_MARK.test(source.slice(Math.max(start, end - 7), end))) {
    separators.push({ sign: ".", use: "marked" });
    at = skipSpaces(source, end);
  }
  while (links.length <= MAX_LINKS) {
    if (separators.length === links.length) {
      const linkEnd = toLinkEnd(source, at);
      links.push({ start: at, end: linkEnd });
      at = linkEnd;
    }
    SEPARATOR.lastIndex = at;
    const match = SEPARATOR.exec(source);
    if (match === null) break;
    separators.push(toSeparator(match));
    at = SEPARATOR.lastIndex;
  }
  const tried = at;
  if (links.length > MAX_LINKS || followsSeparator(source, start)) return { resumeAt: 0, tried };
  for (let count = links.length; count > 1; count -= 1) {
    if (!isPromising(source, links[count - 1], separators[count - 2])) continue;
    const found = judgeLinks(source, links.slice(0, count), separators);
    if (found === null) continue;
    findings.add(found.start, found.end, found.judgement, "text");
    return { resumeAt: links[count - 1]?.end ?? 0, tried };
  }
  return { resumeAt: 0, tried };
}

interface Found {
  readonly start: number;
  readonly end: number;
  readonly judgement: Judgement;
}

/** Prose has a `dot` between words more often than names have. */
function isPromising(source: string, last: Link | undefined, separator: Separator | undefined): boolean {
  if (last === undefined || separator?.sign !== "." || separator.use === "marked") return true;
  const head =
    source.slice(last.start, Math.min(last.end, last.start + 20)).match(/^(?:\d|[\w.-]*)/)?.[0] ?? "";
  if (/^\d/.test(head)) return true;
  const name = head.replace(/[._-]+$/, "").toLowerCase();
  return SPOKEN_DOMAINS.has(name.slice(name.lastIndexOf(".") + 1));
}

function judgeLinks(source: string, links: readonly Link[], separators: readonly Separator[]): Found | null {
  const refanged = links.map(({ start, end }) => refang(source, start, end, false));
  const first = toTail(refanged[0]);
  const last = toHead(refanged.at(-1));
  if (first === null || last === null) return null;
  const parts = refanged.map(({ text }, index) => {
    if (index === 0) return first.text;
    return index === links.length - 1 ? last.text : text;
  });
  if (parts.some((part) => !isNamePart(part))) return null;
  const used = separators.slice(0, links.length - 1);
  const at = used.findLastIndex(({ sign }) => sign === "@");
  const host = parts.slice(at + 1).reduce((sum, part) => `${sum}.${part}`);
  const ofHost = used.slice(at + 1);
  const isMarked = ofHost.some(({ use }) => use === "marked");
  const judgement = judgeHost(host, isMarked, at < 0);
  return judgement === null ? null : { start: first.offset, end: last.offset, judgement };
}

/** `mayBeProse`: nothing but the word `dot`, or a lone dot, says that it is a name. */
function judgeHost(host: string, isMarked: boolean, mayBeProse: boolean): Judgement | null {
  if (/^[\d.]+$/.test(host)) return judgeNumbers(host, isMarked);
  const name = toCanonicalName(host);
  if (name === null || !name.includes(".")) return null;
  if (isMarked) return judgeName(name);
  if (!hasPublicEnding(name)) return null;
  const [label = ""] = host.split(".", 1);
  const isSpoken = SPOKEN_DOMAINS.has(name.slice(name.lastIndexOf(".") + 1)) && !NO_NAME.test(label);
  return mayBeProse && !isSpoken ? null : judgeName(name);
}

function toSeparator(match: RegExpExecArray): Separator {
  const text = match[1] ?? match[2] ?? "";
  const sign = /@|at|arroba/i.test(text) ? "@" : ".";
  return { sign, use: match[1] === undefined ? "spoken" : "marked" };
}

/** The first link ends with the name; before it only opening punctuation may stand. */
function toTail(refanged: Refanged | undefined): { text: string; offset: number } | null {
  if (refanged === undefined) return null;
  const { text } = refanged;
  const end = text.endsWith(".") ? text.length - 1 : text.length;
  let start = end;
  while (start > 0 && isNameUnit(text.charCodeAt(start - 1))) start -= 1;
  if (start === end || !/^[([{'*_:=-]*$/.test(text.slice(0, start))) return null;
  return { text: text.slice(start, end), offset: toStart(refanged, start) };
}

/** The last link begins with the rest of the name. */
function toHead(refanged: Refanged | undefined): { text: string; offset: number } | null {
  if (refanged === undefined) return null;
  const { text } = refanged;
  let end = 0;
  while (end < text.length && isNameUnit(text.charCodeAt(end))) end += 1;
  while (end > 0 && /[._-]/.test(text.charAt(end - 1))) end -= 1;
  return end === 0 ? null : { text: text.slice(0, end), offset: toEnd(refanged, end) };
}

function isNamePart(part: string): boolean {
  for (let at = 0; at < part.length; at += 1) {
    if (!isNameUnit(part.charCodeAt(at))) return false;
  }
  return part !== "" && !part.startsWith(".") && !part.endsWith(".");
}

function isNameUnit(code: number): boolean {
  return ((CLASS[code] ?? 0) & (WORD | DOT)) !== 0;
}

function toLinkEnd(source: string, start: number): number {
  let end = start;
  while (
    end < source.length &&
    end - start < MAX_LINK_UNITS &&
    !((CLASS[source.charCodeAt(end)] ?? 0) & (BREAK | COMMA))
  )
    end += 1;
  return end;
}

function skipSpaces(source: string, at: number): number {
  let end = at;
  while (source.charCodeAt(end) === 0x20 || source.charCodeAt(end) === 0x09) end += 1;
  return end;
}

/** `. 1 . 2 . 3 . 4`: the end of something longer. */
function followsSeparator(source: string, start: number): boolean {
  return /(?:^|[ \t])\.[ \t]{1,3}$/.test(source.slice(Math.max(0, start - 6), start));
}
