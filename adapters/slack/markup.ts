import type { Span, Text } from "../../src/card.ts";
import { bytesOf, toClean, toCode, toInert } from "./inert.ts";

/** `slack:U012AB3CD`; ids of other platforms cannot be mentioned here. */
const SLACK_USER = /^slack:([UW][A-Za-z0-9]{1,30})$/;
/** `slack:S012AB3CD`, a user group that may approve. Named in private notes only, which call nobody. */
const SLACK_GROUP = /^slack:(S[A-Z0-9]{2,30})$/;
const ELLIPSIS = "…";

/**
 * Text as Slack's mark-up: the program's own bold, code, links and people; all else escaped and inert. At most
 * `mostBytes` of UTF-8: what is longer ends with …, and no sign of the mark-up is cut in two.
 */
export function toMarkup(text: Text, mostBytes: number): string {
  let markup = "";
  for (const span of text) {
    const next = toMarkupSpan(span);
    const room = mostBytes - bytesOf(markup);
    if (bytesOf(next) > room)
      return `${markup}${toMarkupSpan(shortened(span, room - bytesOf(ELLIPSIS)))}${ELLIPSIS}`;
    markup += next;
  }
  return markup;
}

/** The same whole, in runs of at most `mostBytes`; a long text is parted at the end of a line or between words. */
export function toMarkupRuns(text: Text, mostBytes: number): readonly string[] {
  const runs: string[] = [];
  let room = 0;
  for (const part of text.flatMap((span) => partsOf(span, mostBytes))) {
    const markup = toMarkupSpan(part);
    if (bytesOf(markup) > room) {
      runs.push("");
      room = mostBytes;
    }
    runs[runs.length - 1] += markup;
    room -= bytesOf(markup);
  }
  return runs.filter((run) => run.trim() !== "");
}

/** What a text says, without how it looks. */
export function toWords(text: Text): string {
  return text.map((span) => toClean(wordsOf(span))).join("");
}

function toMarkupSpan(span: Span): string {
  if (typeof span === "string") return toInert(span);
  if ("bold" in span) return toMarked("*", toInert(span.bold));
  if ("code" in span) return toMarked("`", toCode(span.code));
  if ("link" in span) {
    return isWebAddress(span.link) ? `<${toAddress(span.link)}|${toInert(span.text)}>` : toInert(span.text);
  }
  const user = SLACK_USER.exec(span.user)?.[1];
  if (user !== undefined) return `<@${user}>`;
  const group = SLACK_GROUP.exec(span.user)?.[1];
  return group === undefined ? toInert(span.user) : `<!subteam^${group}>`;
}

function toMarked(mark: string, text: string): string {
  return text.trim() === "" ? text : `${mark}${text.replaceAll("\n", " ")}${mark}`;
}

/** As much of a span as `mostBytes` of mark-up hold; nothing of a link or a person. */
function shortened(span: Span, mostBytes: number): Span {
  if (typeof span === "string") return firstPart(span, mostBytes, (text) => text);
  if ("bold" in span) return firstPart(span.bold, mostBytes, (bold) => ({ bold }));
  if ("code" in span) return firstPart(span.code, mostBytes, (code) => ({ code }));
  return "";
}

function partsOf(span: Span, mostBytes: number): readonly Span[] {
  if (bytesOf(toMarkupSpan(span)) <= mostBytes) return [span];
  if (typeof span !== "string") return [shortened(span, mostBytes)];
  const parts: string[] = [];
  for (let rest = span; rest !== "";) {
    const most = firstPart(rest, mostBytes, (text) => text);
    const end = most === rest ? rest.length : Math.max(most.lastIndexOf("\n"), most.lastIndexOf(" ")) + 1;
    const part = rest.slice(0, end === 0 ? most.length : end);
    if (part === "") break;
    parts.push(part);
    rest = rest.slice(part.length);
  }
  return parts;
}

/** The longest beginning of a text that fits as this span. */
function firstPart<S extends Span>(text: string, mostBytes: number, toSpan: (text: string) => S): S {
  let [fits, most] = [0, text.length];
  while (fits < most) {
    const half = Math.ceil((fits + most) / 2);
    if (bytesOf(toMarkupSpan(toSpan(text.slice(0, half)))) <= mostBytes) fits = half;
    else most = half - 1;
  }
  return toSpan(text.slice(0, fits).replace(/[\uD800-\uDBFF]$/, ""));
}

/** What a span says. */
function wordsOf(span: Span): string {
  if (typeof span === "string") return span;
  if ("bold" in span) return span.bold;
  if ("code" in span) return span.code;
  return "link" in span ? span.text : span.user;
}

function isWebAddress(link: string): boolean {
  return /^https?:\/\//i.test(link) && URL.canParse(link);
}

/** An address within `<…|…>`, where those three characters would end it. */
function toAddress(link: string): string {
  return new URL(link).href.replaceAll("|", "%7C").replaceAll("<", "%3C").replaceAll(">", "%3E");
}
