import { bytesOf, toClean, toCut } from "../../src/card.ts";
import { LIMITS } from "./limits.ts";

export { bytesOf, toClean, toCut };

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

/** How much of a message's `LIMITS.text` this takes: its characters, or more where they are wide in UTF-8. */
export function sizeOf(text: string): number {
  return Math.max(text.length, Math.ceil((bytesOf(text) * LIMITS.text) / LIMITS.textBytes));
}
