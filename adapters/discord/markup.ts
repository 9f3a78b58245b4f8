import type { Span, Text } from "../../src/card.ts";
import { sizeOf, toCode, toInert } from "./inert.ts";

/** `discord:4242`, a person, and `discord:role:4242`, a role; ids of other platforms cannot be mentioned here. */
const DISCORD_USER = /^discord:(\d{1,20})$/;
const DISCORD_ROLE = /^discord:role:(\d{1,20})$/;
const ELLIPSIS = "…";

type Link = Extract<Span, { readonly link: string }>;

/**
 * Text as Discord's mark-up: the program's own bold, code, links and people; all else escaped and inert. At most `most`
 * as `sizeOf` counts: what is longer ends with …, and no sign of the mark-up is cut in two.
 */
export function toMarkup(text: Text, most = Infinity): string {
  let markup = "";
  for (const span of text) {
    const next = toMarkupSpan(span);
    const room = most - sizeOf(markup);
    if (sizeOf(next) > room)
      return `${markup}${toMarkupSpan(shortened(span, room - sizeOf(ELLIPSIS)))}${ELLIPSIS}`;
    markup += next;
  }
  return markup;
}

/** The same in one line, where `most` is for the words only: links stay, and stand at the end where words were cut. */
export function toMarkupLine(text: Text, most: number): string {
  const links = text.filter(isLink);
  const whole = toMarkup(text);
  const besideLinks = sizeOf(whole) - links.reduce((sum, link) => sum + sizeOf(toMarkupSpan(link)), 0);
  if (besideLinks <= most) return toOneLine(whole);
  const words = text.filter((span) => !isLink(span));
  const parts = [...(most > 1 ? [toMarkup(words, most)] : []), ...links.map(toMarkupSpan)];
  return toOneLine(parts.join(" · "));
}

function isLink(span: Span): span is Link {
  return typeof span === "object" && "link" in span;
}

function toOneLine(markup: string): string {
  return markup.replaceAll("\n", " ").trim();
}

function toMarkupSpan(span: Span): string {
  if (typeof span === "string") return toInert(span);
  if ("bold" in span) return toBold(span.bold);
  if ("code" in span) return toCode(span.code);
  if ("link" in span) return toLink(span);
  const user = DISCORD_USER.exec(span.user)?.[1];
  if (user !== undefined) return `<@${user}>`;
  const role = DISCORD_ROLE.exec(span.user)?.[1];
  return role === undefined ? toInert(span.user) : `<@&${role}>`;
}

function toBold(text: string): string {
  const inert = toInert(text).replaceAll("\n", " ");
  return inert.trim() === "" ? inert : `**${inert}**`;
}

/** Between angle brackets, so that Discord shows no preview. Brackets of any kind would end its text or its address. */
function toLink({ link, text }: Link): string {
  const words = toInert(text.replaceAll("[", "(").replaceAll("]", ")")).replaceAll("\n", " ");
  if (!isWebAddress(link) || words.trim() === "") return words;
  return `[${words}](<${toAddress(link)}>)`;
}

function isWebAddress(link: string): boolean {
  return /^https?:\/\//i.test(link) && URL.canParse(link);
}

function toAddress(link: string): string {
  return new URL(link).href.replaceAll(/[<>()\\]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

/** As much of a span as `most` holds; nothing of a link or a person. */
function shortened(span: Span, most: number): Span {
  if (typeof span === "string") return firstPart(span, most, (text) => text);
  if ("bold" in span) return firstPart(span.bold, most, (bold) => ({ bold }));
  if ("code" in span) return firstPart(span.code, most, (code) => ({ code }));
  return "";
}

/** The longest beginning of a text that fits as this span. */
function firstPart<S extends Span>(text: string, most: number, toSpan: (text: string) => S): S {
  let [fits, end] = [0, text.length];
  while (fits < end) {
    const half = Math.ceil((fits + end) / 2);
    if (sizeOf(toMarkupSpan(toSpan(text.slice(0, half)))) <= most) fits = half;
    else end = half - 1;
  }
  return toSpan(text.slice(0, fits).replace(/[\uD800-\uDBFF]$/, ""));
}
