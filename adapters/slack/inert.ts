import { bytesOf, toClean, toCut } from "../../src/card.ts";

export { bytesOf, toClean, toCut };

/** `&`, `<` and `>` as Slack wants them, so that no mention and no link can be written. */
function toEscaped(text: string): string {
  return toClean(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Seen by nobody, and between two characters it keeps Slack from reading them as mark-up. */
const WORD_JOINER = "\u2060";
const STYLE_MARK = /[*~`]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;
const EMOJI_START = /(?<!\d):(?=[\w+'-]+:)/g;
const QUOTE_START = /^(?=&gt;)/gm;

/**
 * Outside text for where Slack reads mark-up: no bold, no code, no emoji, no quote, no mention.
 * Titles, buttons and options are plain text and do without.
 */
export function toInert(text: string): string {
  return toEscaped(text)
    .replaceAll(STYLE_MARK, (mark) => `${WORD_JOINER}${mark}${WORD_JOINER}`)
    .replaceAll(EMOJI_START, `:${WORD_JOINER}`)
    .replaceAll(QUOTE_START, WORD_JOINER);
}

/** The same, where Slack also makes links of names by itself and cannot be told not to. */
export function toUnlinked(text: string): string {
  return toInert(text)
    .replaceAll(/(?<=[\p{L}\p{N}])\.(?=[\p{L}\p{N}])/gu, `.${WORD_JOINER}`)
    .replaceAll("://", `:${WORD_JOINER}//`);
}

/** The same for a code span, which a back quote would end; all else in it is text. */
export function toCode(text: string): string {
  return toEscaped(text).replaceAll("`", "\u02CB");
}
