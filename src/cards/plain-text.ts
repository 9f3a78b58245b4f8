import type { Text } from "./card-parts.ts";

/** Control characters, and those that turn the direction of text around, which can hide what stands there. */
const UNSAFE_CHARACTERS =
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/g;
const LINE_ENDS = /\r\n?|\u2028|\u2029/g;
const HALF_CHARACTER = /\p{Surrogate}/gu;

/** Takes away what could make text look other than it is; nothing else is changed. */
export function toClean(text: string): string {
  return text
    .replaceAll(LINE_ENDS, "\n")
    .replaceAll(UNSAFE_CHARACTERS, "")
    .replaceAll(HALF_CHARACTER, "\uFFFD");
}

/** At most `most` UTF-16 units, with … for what is cut off; never half a character. */
export function toCut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** In UTF-8. */
export function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

/** What a text says, without what it looks like. */
export function toWords(text: Text): string {
  return text
    .map((span) => {
      if (typeof span === "string") return span;
      if ("bold" in span) return span.bold;
      if ("code" in span) return span.code;
      return "link" in span ? span.text : span.user;
    })
    .join("");
}
