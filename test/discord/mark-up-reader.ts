/**
 * Reads mark-up as Discord's clients do: docs.discord.com/developers/reference#message-formatting, and the help centre's
 * "Markdown Text 101". Where a client does more with a text than the documents say, so does this.
 */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code" | "block"; readonly text: string }
  | {
      readonly kind: "person" | "role" | "channel" | "emoji" | "time" | "command" | "guide";
      readonly text: string;
    }
  | { readonly kind: "everyone" | "invite" | "shortcode"; readonly text: string }
  | { readonly kind: "link"; readonly address: string; readonly parts: readonly Part[] }
  | { readonly kind: Style; readonly parts: readonly Part[] };

type Style =
  | "bold"
  | "italics"
  | "underline"
  | "strike"
  | "spoiler"
  | "heading"
  | "small"
  | "quote"
  | "item"
  | "line";

/** One line of a text, or a block of several. */
export function readMarkup(content: string): readonly Part[] {
  const block = /^([\s\S]*?)(?<!\\)```([\s\S]+?)```([\s\S]*)$/.exec(content);
  if (block !== null) {
    const [, before = "", text = "", after = ""] = block;
    return [...readMarkup(before), { kind: "block", text }, ...readMarkup(after)];
  }
  return content.split("\n").map(readLine);
}

const LINES: readonly (readonly [Style, RegExp])[] = [
  ["heading", /^#{1,3} +(.+)$/s],
  ["small", /^-# +(.+)$/s],
  ["quote", /^ *>(?:>>)? (.*)$/s],
  ["item", /^ *(?:[*+-]|\d+\.) +(.*)$/s],
];

function readLine(line: string): Part {
  for (const [kind, rule] of LINES) {
    const found = rule.exec(line);
    if (found !== null) return { kind, parts: readInline(found[1] ?? "") };
  }
  return { kind: "line", parts: readInline(line) };
}

type Rule = readonly [RegExp, (found: readonly string[]) => Part];

/** The first that fits at a place is taken. */
const RULES: readonly Rule[] = [
  [/^\\([^0-9A-Za-z\s])/, ([, text = ""]) => ({ kind: "text", text })],
  [
    /^(`+)([\s\S]*?[^`])\1(?!`)/,
    ([, , text = ""]) => ({ kind: "code", text: text.replace(/^ (?=`)|(?<=`) $/g, "") }),
  ],
  [/^<@!?(\d+)>/, ([, text = ""]) => ({ kind: "person", text })],
  [/^<@&(\d+)>/, ([, text = ""]) => ({ kind: "role", text })],
  [/^<#(\d+)>/, ([, text = ""]) => ({ kind: "channel", text })],
  [/^<a?:(\w+):\d+>/, ([, text = ""]) => ({ kind: "emoji", text })],
  [/^<t:(-?\d+)(?::\w)?>/, ([, text = ""]) => ({ kind: "time", text })],
  [/^<(\/[^:>]+):\d+>/, ([, text = ""]) => ({ kind: "command", text })],
  [/^<(id:[\w-]+)(?::\d+)?>/, ([, text = ""]) => ({ kind: "guide", text })],
  [/^<([^: >]+:\/[^ >]+)>/, ([, address = ""]) => toLink(address, address)],
  [/^<((?:mailto:|tel:|\+)[^ >]+|[^ @>]+@[^ @>]+\.[^ @>]+)>/, ([, address = ""]) => toLink(address, address)],
  [/^(@everyone|@here)/, ([, text = ""]) => ({ kind: "everyone", text })],
  [
    /^\[((?:\[[^\]]*\]|[^[\]]|\](?=[^[]*\]))+)\]\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?\s*\)/,
    ([, text = "", address = ""]) => toLink(address, text),
  ],
  [/^((?:https?|steam|discord):\/\/[^\s<]+[^<.,:;"'\]\s])/i, ([, address = ""]) => toLink(address, address)],
  [/^(discord(?:app)?\.(?:gg|com\/invite|gift|new)\/[\w-]+)/i, ([, text = ""]) => ({ kind: "invite", text })],
  [/^:([^\s:]+?):/, ([, text = ""]) => ({ kind: "shortcode", text })],
  [/^\|\|([\s\S]+?)\|\|/, toStyled("spoiler")],
  [/^\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/, toStyled("bold")],
  [/^__((?:\\[\s\S]|[^\\])+?)__(?!_)/, toStyled("underline")],
  [/^~~((?:\\[\s\S]|[^\\])+?)~~/, toStyled("strike")],
  [/^[*_](?=\S)((?:\\[\s\S]|[^\\])+?)[*_](?![*_])/, toStyled("italics")],
];

function toStyled(kind: Style): Rule[1] {
  return ([, text = ""]) => ({ kind, parts: readInline(text) });
}

function toLink(address: string, text: string): Part {
  return { kind: "link", address, parts: address === text ? [{ kind: "text", text }] : readInline(text) };
}

function readInline(text: string): readonly Part[] {
  const parts: Part[] = [];
  for (let rest = text; rest !== "";) {
    const [found, part] = readPart(rest);
    const last = parts.at(-1);
    if (part.kind === "text" && last?.kind === "text")
      parts[parts.length - 1] = { kind: "text", text: last.text + part.text };
    else parts.push(part);
    rest = rest.slice(found.length);
  }
  return parts;
}

function readPart(rest: string): readonly [string, Part] {
  for (const [rule, toPart] of RULES) {
    const found = rule.exec(rest);
    if (found !== null) return [found[0], toPart(found)];
  }
  return [rest.slice(0, 1), { kind: "text", text: rest.slice(0, 1) }];
}

/** What is read, line by line, without how it looks. */
export function wordsOf(parts: readonly Part[]): string {
  return parts.map(wordsOfPart).join("\n");
}

function wordsOfPart(part: Part): string {
  return "parts" in part ? part.parts.map(wordsOfPart).join("") : part.text;
}

/** The kinds of everything in a text, so that a test can say that there is nothing but text. */
export function kindsOf(parts: readonly Part[]): ReadonlySet<Part["kind"]> {
  return new Set(parts.flatMap((part) => [part.kind, ...("parts" in part ? kindsOf(part.parts) : [])]));
}
