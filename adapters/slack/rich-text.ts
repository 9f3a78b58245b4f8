import type { types } from "@slack/bolt";

import type { Span, Text } from "../../src/card.ts";
import { toClean, toCode, toInert } from "./inert.ts";

export type RichElement = types.RichTextElement;

/** `slack:U012AB3CD`; ids of other platforms cannot be mentioned here. */
const SLACK_USER = /^slack:([UW][A-Z0-9]{2,30})$/;

/**
 * Text as rich text: what it says, how it looks and where it leads are kept apart, and Slack reads no mark-up in it.
 * So nothing that comes from outside can become a mention, a link or an emoji, and it can be copied as it is.
 */
export function toElements(text: Text): readonly RichElement[] {
  return text.map(toElement).filter((element) => !("text" in element) || element.text !== "");
}

function toElement(span: Span): RichElement {
  if (typeof span === "string") return { type: "text", text: toClean(span) };
  if ("bold" in span) return { type: "text", text: toClean(span.bold), style: { bold: true } };
  if ("code" in span) return { type: "text", text: toClean(span.code), style: { code: true } };
  if ("link" in span) return toLink(span.link, toClean(span.text));
  const user = toSlackUser(span.user);
  return user === null ? { type: "text", text: toClean(span.user) } : { type: "user", user_id: user };
}

function toLink(link: string, text: string): RichElement {
  return isWebAddress(link) ? { type: "link", url: link, text } : { type: "text", text };
}

/** Text as mark-up, for small print with more than plain words in it; whole spans, at most `most` characters of them. */
export function toMarkup(text: Text, most: number): string {
  let markup = "";
  for (const span of text) {
    const next = toMarkupSpan(span);
    if (markup.length + next.length >= most) return `${markup}…`;
    markup += next;
  }
  return markup;
}

function toMarkupSpan(span: Span): string {
  if (typeof span === "string") return toInert(span);
  if ("bold" in span) return toMarked("*", toInert(span.bold));
  if ("code" in span) return toMarked("`", toCode(span.code));
  if ("link" in span) {
    return isWebAddress(span.link) ? `<${toAddress(span.link)}|${toInert(span.text)}>` : toInert(span.text);
  }
  const user = toSlackUser(span.user);
  return user === null ? toInert(span.user) : `<@${user}>`;
}

function toMarked(mark: string, text: string): string {
  return text.trim() === "" ? text : `${mark}${text.replaceAll("\n", " ")}${mark}`;
}

/** What a text says, without how it looks. */
export function toWords(text: Text): string {
  return text.map((span) => toClean(wordsOf(span))).join("");
}

function wordsOf(span: Span): string {
  if (typeof span === "string") return span;
  if ("bold" in span) return span.bold;
  if ("code" in span) return span.code;
  return "link" in span ? span.text : span.user;
}

function toSlackUser(id: string): string | null {
  return SLACK_USER.exec(id)?.[1] ?? null;
}

function isWebAddress(link: string): boolean {
  return /^https?:\/\//i.test(link) && URL.canParse(link);
}

/** An address within `<…|…>`, where those three characters would end it. */
function toAddress(link: string): string {
  return new URL(link).href.replaceAll("|", "%7C").replaceAll("<", "%3C").replaceAll(">", "%3E");
}
