import { BREAK, CLASS, COMMA, DOT, LOOSE, WORD } from "./characters.ts";
import type { Findings } from "./findings.ts";
import { hasPublicEnding, judgeName, toCanonicalName } from "./host-name.ts";
import { judgeNumbers } from "./ip-address.ts";
import type { Judgement } from "./judgement.ts";
import { SPOKEN_DOMAINS } from "./name-endings.ts";
import { refang, toEnd, toStart, type Refanged } from "./refang.ts";

/** More links than this are no name. */
const MAX_LINKS = 12;
/** `evil dot com`, `1 . 2 . 3 . 4`, `bob (at) evil [.] com`, with the spaces round it. */
const SEPARATOR =
  /[ \t]{1,3}([[({][ \t]?(?:\.|dot|punto|punkt|at|@|arroba)[ \t]?[\])}])[ \t]{0,3}(?=[^\s])|[ \t]{1,3}([.．。｡]|dot|DOT|Dot|@|AT)[ \t]{1,3}(?=[^\s])/iy;
const ENDS_WITH_MARK = /[[({](?:\.|dot)[\])}]$/i;
/** Before `dot` these make a sentence, not a name. */
const NO_NAME =
  /^(?:the|a|an|this|that|each|every|polka|no|one|red|green|blue|black|white|with|and|of|my|your|in|to)$/i;

interface Link {
  readonly refanged: Refanged;
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
  if ((CLASS[source.charCodeAt(next)] ?? 0) & LOOSE) return isSeparator(source, end);
  return source.charCodeAt(end - 1) === 0x5d && ENDS_WITH_MARK.test(source.slice(end - 5, end));
}

function isSeparator(source: string, at: number): boolean {
  SEPARATOR.lastIndex = at;
  return SEPARATOR.test(source);
}

/** Reads an indicator whose parts have spaces between them and that begins with the run from `start` to `end`. */
export function readSpaced(source: string, findings: Findings, start: number, end: number): Spaced {
  const links: Link[] = [toLink(source, start, end)];
  const separators: Separator[] = [];
  let at = end;
  if (ENDS_WITH_MARK.test(source.slice(Math.max(start, end - 7), end))) {
    separators.push({ sign: ".", use: "marked" });
    at = skipSpaces(source, end);
  }
  while (links.length <= MAX_LINKS) {
    if (separators.length === links.length) {
      const linkEnd = toLinkEnd(source, at);
      links.push(toLink(source, at, linkEnd));
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
    const found = judgeLinks(links.slice(0, count), separators);
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

function judgeLinks(links: readonly Link[], separators: readonly Separator[]): Found | null {
  const first = toTail(links[0]);
  const last = toHead(links.at(-1));
  if (first === null || last === null) return null;
  const parts = links.map(({ refanged }, index) => {
    if (index === 0) return first.text;
    return index === links.length - 1 ? last.text : refanged.text;
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

function toLink(source: string, start: number, end: number): Link {
  return { refanged: refang(source, start, end, false), end };
}

/** The first link ends with the name; before it only opening punctuation may stand. */
function toTail(link: Link | undefined): { text: string; offset: number } | null {
  if (link === undefined) return null;
  const { text } = link.refanged;
  const end = text.endsWith(".") ? text.length - 1 : text.length;
  let start = end;
  while (start > 0 && isNameUnit(text.charCodeAt(start - 1))) start -= 1;
  if (start === end || !/^[([{'*_:=-]*$/.test(text.slice(0, start))) return null;
  return { text: text.slice(start, end), offset: toStart(link.refanged, start) };
}

/** The last link begins with the rest of the name. */
function toHead(link: Link | undefined): { text: string; offset: number } | null {
  if (link === undefined) return null;
  const { text } = link.refanged;
  let end = 0;
  while (end < text.length && isNameUnit(text.charCodeAt(end))) end += 1;
  while (end > 0 && /[._-]/.test(text.charAt(end - 1))) end -= 1;
  return end === 0 ? null : { text: text.slice(0, end), offset: toEnd(link.refanged, end) };
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
    end - start < 300 &&
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
