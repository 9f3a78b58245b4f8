/**
 * Discord's own signs in what a person writes: `<@1>`, `<@!1>`, `<@&1>`, `<#1>`, `<:name:1>`, `<a:name:1>`,
 * `<t:1700000000:R>`, `</vtip-why:1>`, `<id:guide>`. docs.discord.com/developers/reference#message-formatting
 */
const SIGN = /<(?:@[!&]?\d+|#\d+|a?:\w{1,32}:\d+|t:-?\d+(?::[a-z])?|\/[^<>:\n]{1,100}:\d+|id:[\w-]+)>/gi;
/** `[label](<https://evil.example>)`, or without the angle brackets. */
const MASKED_LINK =
  /\[([^\]\n]{1,1000})\]\(\s*<?([a-z][a-z0-9+.-]*:\/\/[^\s<>()]+(?:\([^\s<>()]*\)[^\s<>()]*)*)>?(?:\s+"[^"\n]*")?\s*\)/gi;
/** `<https://evil.example>` keeps a link from being embedded. */
const BARE_LINK = /<([a-z][a-z0-9+.-]*:\/\/[^\s<>]+)>/gi;
/** A person escapes what would be mark-up: `\_dmarc`. */
const ESCAPE = /\\(?=[*_~`|>#[\]()<:@\-.!])/g;
/** Spoilers and other marks in pairs that would stick to an indicator: `||1.2.3.4||`, `**evil.example**`. */
const PAIRED_MARK = /\|\||\*{1,3}|~~|```(?:[a-z]{1,12}\n)?|`/gi;
const UNDERLINE = /(?<![\p{L}\p{N}_])_{1,3}(?=[^\s_])|(?<=[^\s_])_{1,3}(?![\p{L}\p{N}_])/gu;

/** Takes Discord's mark-up out of what was written, so that the indicators in it are there as they were typed. */
export function toPlainText(markup: string): string {
  return markup
    .replaceAll(SIGN, " ")
    .replaceAll(MASKED_LINK, (_, label: string, target: string) => toWritten(target, label))
    .replaceAll(BARE_LINK, "$1")
    .replaceAll(ESCAPE, "")
    .replaceAll(PAIRED_MARK, " ")
    .replaceAll(UNDERLINE, " ")
    .trim();
}

/** A link's words; only a label that says something else is read beside the address. */
function toWritten(target: string, label: string): string {
  return toCore(target) === toCore(label) ? label : `${label} ${target}`;
}

function toCore(address: string): string {
  return address
    .replace(/^https?:\/\//i, "")
    .replace(/\/$/, "")
    .toLowerCase();
}
