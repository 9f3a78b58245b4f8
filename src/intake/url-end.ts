import { BREAK, CLASS, COMMA, isUnspaced } from "./characters.ts";
import { toOctets } from "./ip-address.ts";

const OPENING: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
/** A field of a table, not more of the URL: nothing, another indicator, a hash, or a plain word. */
const INDICATOR_FIELD = /^[ "']*(?:$|[a-z*]{2,6}\[?:|[\da-f]{32,64}$|\d{4}-\d\d-\d\d)/i;
const PLAIN_FIELD = /^[\w -]*$/;
/** Some sites put numbers between commas before the ending: `/story-a,1018,druck-123,00.html`. */
const PAGE = /^[\w,-]*\.(?:s?html?|php|aspx?|jsp)(?!\w)/;
/** `a[]=1` and `a[name]=1` are usual in queries; other brackets there are mark-up. */
const INDEX = /\[[\w.-]{0,32}\]/y;

/** What stands before a URL tells how its author marked its end. */
export interface UrlContext {
  /** The character right before it, or "". */
  readonly before: string;
}

/** Finds where the path of a URL ends that begins at `from`, without the punctuation of the sentence round it. */
export function toPathEnd(text: string, from: number, to: number, { before }: UrlContext): number {
  const open = { "(": 0, "[": 0, "{": 0 };
  let isQuery = false;
  let end = from;
  for (; end < to; end += 1) {
    const char = text.charAt(end);
    if ((CLASS[text.charCodeAt(end)] ?? 0) & BREAK || char === "\\" || char === "{") break;
    if (char === "?" || char === "#") isQuery = true;
    if (char === "'" && (before === "'" || /['",;)\]}]|^$/.test(text.charAt(end + 1)))) break;
    if (char === "," || char === ";") {
      if (isFieldEnd(text, end, to, isQuery, before)) break;
    } else if (char === "(") {
      open["("] += 1;
    } else if (char === "[") {
      INDEX.lastIndex = end;
      if (!isQuery || !INDEX.test(text)) break;
      end = INDEX.lastIndex - 1;
    } else if (char === ")" || char === "]" || char === "}") {
      const opening = OPENING[char] as "(" | "[" | "{";
      if (open[opening] === 0) break;
      open[opening] -= 1;
    }
  }
  return withoutPunctuation(text, from, withoutUnspaced(text, from, end), before);
}

/** `/a.exe에서`: letters of a script without spaces right after a Latin one are no more of the path. */
function withoutUnspaced(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && isUnspaced(text.charCodeAt(end - 1))) end -= 1;
  return end < to && /[a-z\d]/i.test(text.charAt(end - 1)) ? end : to;
}

function isFieldEnd(text: string, at: number, to: number, isQuery: boolean, before: string): boolean {
  if (before === "," || before === ";") return true;
  let end = at + 1;
  while (end < to && end - at < 80 && !((CLASS[text.charCodeAt(end)] ?? 0) & (BREAK | COMMA))) end += 1;
  const field = text.slice(at + 1, end);
  if (INDICATOR_FIELD.test(field) || toOctets(field) !== null) return true;
  return !isQuery && PLAIN_FIELD.test(field) && !PAGE.test(text.slice(at, Math.min(to, at + 80)));
}

function withoutPunctuation(text: string, from: number, to: number, before: string): number {
  let end = to;
  while (end > from) {
    const char = text.charAt(end - 1);
    if (char === "(" ? false : !".,;:!?'*([".includes(char) && !(char === before && "_~".includes(char)))
      break;
    end -= 1;
  }
  return end;
}
