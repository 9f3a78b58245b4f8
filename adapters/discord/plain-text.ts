/**
 * Discord's own signs in what a person writes: `<@1>`, `<@!1>`, `<@&1>`, `<#1>`, `<:name:1>`, `<a:name:1>`,
 * `<t:1700000000:R>`, `</vtip-why:1>`, `<id:guide>`. docs.discord.com/developers/reference#message-formatting
 */
const SIGN = /<(?:@[!&]?\d+|#\d+|a?:\w{1,32}:\d+|t:-?\d+(?::[a-z])?|\/[^<>:\n]{1,100}:\d+|id:[\w-]+)>/gi;

/** Takes Discord's signs out of what was written. All else stays as it was typed: the core reads through mark-up. */
export function toPlainText(markup: string): string {
  return markup.replaceAll(SIGN, " ").trim();
}
