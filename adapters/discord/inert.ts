import { LIMITS } from "./limits.ts";

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

/** Seen by nobody, and between two characters it keeps Discord from reading them as one word. */
const WORD_JOINER = "\u2060";
/**
 * Discord shows any sign as it is after a backslash, which itself is neither shown nor copied. These are mark-up
 * wherever they stand: styles, spoilers, code, `<@1>` `<#1>` `<t:1>` `</x:1>` `<:x:1>`, `[x](y)`, `x://`, and `:x:`,
 * which may also begin in one text and end in the next.
 */
const SIGNS = /[\\*_~|`<>[\]]|@(?!everyone|here)|:(?=\/\/|[^\s:]*(?::|$))/gi;
/** These are mark-up at the beginning of a line: heading, list, small print. */
const LINE_SIGN = /^([ \t]*)([#+-])/gm;
const LINE_NUMBER = /^([ \t]*\d+)\.(?=\s|$)/gm;
/** These are looked for in the text as it was sent, where a backslash may not help. */
const CALL = /@(?=everyone|here)/gi;
const INVITE = /(?<=discord(?:app)?)\.(?=[a-z])/gi;

/** Outside text for where Discord reads mark-up: it looks the same, and nothing in it means anything. */
export function toInert(text: string): string {
  return toClean(text)
    .replaceAll(SIGNS, "\\$&")
    .replaceAll(LINE_SIGN, "$1\\$2")
    .replaceAll(LINE_NUMBER, "$1\\.")
    .replaceAll(CALL, `@${WORD_JOINER}`)
    .replaceAll(INVITE, `${WORD_JOINER}.`);
}

/** No indicator has these; a mention in code is not shown as one, but Discord may still list it with the message. */
const CODE_CALL = /<(?=[@#!:/a-z])/gi;

/**
 * Outside text as inline code, in which Discord shows everything as it is. A back quote in it is kept between two of
 * them; two in a row could end that too and become another sign.
 */
export function toCode(text: string): string {
  const line = toClean(text)
    .replaceAll("\n", " ")
    .replaceAll(CODE_CALL, `<${WORD_JOINER}`)
    .replaceAll(CALL, `@${WORD_JOINER}`);
  if (line === "") return "";
  if (!line.includes("`")) return `\`${line}\``;
  if (line.includes("``")) return `\`${line.replaceAll("`", "\u02CB")}\``;
  const [before, after] = [line.startsWith("`") ? " " : "", line.endsWith("`") ? " " : ""];
  return `\`\`${before}${line}${after}\`\``;
}

/** At most `most` UTF-16 units, with … for what is cut off; never half a character. */
export function toCut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** How much of a message's `LIMITS.text` this takes: its characters, or more where they are wide in UTF-8. */
export function sizeOf(text: string): number {
  return Math.max(text.length, Math.ceil((bytesOf(text) * LIMITS.text) / LIMITS.textBytes));
}

export function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}
