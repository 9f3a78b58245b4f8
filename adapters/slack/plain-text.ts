/**
 * Mentions, in Slack's own writing: `<@U012AB3CD>`, `<#C012AB3CD|general>`, `<!here>`, `<!subteam^S012AB3CD|@soc>`,
 * `<!date^1392734382^{date}|February 18th>`. A `<` that a person typed arrives as `&lt;`.
 */
const MENTION = /^(?:[@#][A-Z][A-Z0-9]*|![a-z]+(?:\^[^|]*)?)(?:\|(.*))?$/s;
/** Links: `<http://evil.example|evil.example>`, `<mailto:a@evil.example|a@evil.example>`, `<http://evil.example>`. */
const LINK = /^([a-z][a-z0-9+.-]*:[^|]+)(?:\|(.*))?$/is;
/** Marks that may stand beside a link without belonging to it: `*<http://evil.example|evil.example>*`. */
const STYLE_MARK = /[*_~`]/;
const SCHEMES_ADDED = /^(?:https?:\/\/|mailto:|tel:)/i;

/** Takes Slack's mark-up out of a message's text, so that what a person typed is there as it was typed. */
export function toPlainText(markup: string): string {
  const text = markup.replaceAll(/<([^<>]*)>/g, (all: string, inner: string, at: number) => {
    const mention = MENTION.exec(inner);
    if (mention !== null) return inner.startsWith("!date") ? (mention[1] ?? " ") : " ";
    const link = LINK.exec(inner);
    if (link === null) return all;
    const before = STYLE_MARK.test(markup.charAt(at - 1)) ? " " : "";
    const after = STYLE_MARK.test(markup.charAt(at + all.length)) ? " " : "";
    return `${before}${toWritten(link[1] ?? "", link[2] ?? "")}${after}`;
  });
  return unescape(text).trim();
}

/** A link's words. Slack makes links of what is typed; only one with a label of its own says more than was typed. */
export function toWritten(target: string, label: string): string {
  const plainTarget = target.replace(/^(?:mailto|tel):/i, "");
  if (label === "") return plainTarget;
  return toCore(target) === toCore(label) ? label : `${label} ${plainTarget}`;
}

function toCore(address: string): string {
  return address.replace(SCHEMES_ADDED, "").replace(/\/$/, "").toLowerCase();
}

const ENTITIES: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** In one pass, so that a typed `&lt;` (which arrives as `&amp;lt;`) stays what it is. */
function unescape(text: string): string {
  return text.replaceAll(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity);
}
