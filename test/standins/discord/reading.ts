import { type APIEmbed, ComponentType } from "discord-api-types/v10";

import { type Node, nodesOf } from "./components.ts";

/** What a person reads: a message, a modal. */
export interface Readable {
  readonly content?: string;
  readonly title?: string;
  readonly embeds?: readonly APIEmbed[];
  readonly components?: readonly unknown[];
}

/** A button as a person sees it. */
export interface SeenButton {
  readonly label: string;
  readonly emoji: string | undefined;
  /** Undefined for a link. */
  readonly customId: string | undefined;
  readonly url: string | undefined;
  readonly style: number;
  readonly disabled: boolean;
  /** The number of the component. */
  readonly id: number;
}

/** A menu as a person sees it. */
export interface SeenMenu {
  readonly customId: string;
  readonly placeholder: string;
  readonly options: readonly SeenOption[];
  readonly min: number;
  readonly max: number;
  readonly disabled: boolean;
  readonly id: number;
}

interface SeenOption {
  readonly label: string;
  readonly value: string;
  readonly description?: string;
  /** Ticked beforehand. */
  readonly default?: boolean;
}

/** Everything that a person reads, top to bottom, a line for each piece, without the signs of the markup. */
export function textOf({ content = "", title = "", embeds = [], components = [] }: Readable): string {
  const embedded = embeds.flatMap(({ author, title, description, fields = [], footer }) => [
    author?.name ?? "",
    ...[title, description].map((part) => shown(part ?? "")),
    ...fields.flatMap(({ name, value }) => [shown(name), shown(value)]),
    footer?.text ?? "",
  ]);
  const pieces = [title, shown(content), ...embedded, ...components.flatMap(nodesOf).flatMap(piecesOf)];
  return pieces.filter((piece) => piece !== "").join("\n");
}

/** The buttons, in the order in which they stand. */
export function buttonsOf({ components = [] }: Pick<Readable, "components">): readonly SeenButton[] {
  return nodesIn(components, ComponentType.Button).map((node) => ({
    label: (node["label"] as string | undefined) ?? "",
    emoji: (node["emoji"] as { readonly name?: string } | undefined)?.name,
    customId: node["custom_id"] as string | undefined,
    url: node["url"] as string | undefined,
    style: Number(node["style"]),
    disabled: node["disabled"] === true,
    id: Number(node["id"]),
  }));
}

/** The string menus, in the order in which they stand. */
export function menusOf({ components = [] }: Pick<Readable, "components">): readonly SeenMenu[] {
  return nodesIn(components, ComponentType.StringSelect).map((node) => ({
    customId: String(node["custom_id"]),
    placeholder: (node["placeholder"] as string | undefined) ?? "",
    options: node["options"] as readonly SeenOption[],
    min: (node["min_values"] as number | undefined) ?? 1,
    max: (node["max_values"] as number | undefined) ?? 1,
    disabled: node["disabled"] === true,
    id: Number(node["id"]),
  }));
}

function nodesIn(components: readonly unknown[], type: ComponentType): readonly Node[] {
  return components.flatMap(nodesOf).filter((node) => node.type === type);
}

/** What a component says itself, without those in it. */
function piecesOf(node: Node): readonly string[] {
  const text = (key: string) => (typeof node[key] === "string" ? node[key] : "");
  if (node.type === ComponentType.TextDisplay) return [shown(text("content"))];
  if (node.type === ComponentType.File) return [text("name")];
  const options = (node["options"] ?? []) as readonly SeenOption[];
  return [
    ...["label", "description", "placeholder", "value"].map(text),
    ...options.flatMap(({ label, description = "" }) => [label, description]),
  ];
}

/** Pieces whose text is as it stands: code, escaped signs, links, mentions. */
const PIECES = new RegExp(
  [
    String.raw`\`\`\`(?:[\w+-]*\n)?(?<block>[^]*?)\`\`\``,
    String.raw`(?<ticks>\`+)(?!\`)(?<code>[^]*?[^\`])\k<ticks>(?!\`)`,
    String.raw`\\(?<escaped>[!-/:-@[-\`{-~])`,
    String.raw`\[(?<label>(?:\\.|[^\]\\\n])*)\]\((?:<[^<>\s]*>|[^\s()]*)\)`,
    String.raw`<(?<tag>@[!&]?\d+|#\d+|https?:\/\/[^\s<>]+)>`,
  ].join("|"),
  "g",
);

const HOLE = "\u{E000}";

/**
 * Discord's markdown as it is shown (its "Markdown Text 101"): escaped signs as themselves, links by their labels, mentions
 * by their ids, no signs of bold, italic, underline, strike, spoiler, code, headings and small print.
 */
function shown(markdown: string): string {
  const kept: string[] = [];
  const holed = markdown.replaceAll(PIECES, (...found) => {
    const { block, code, escaped, label, tag } = found.at(-1) as Readonly<Record<string, string | undefined>>;
    // A code span of two signs may begin and end with a space, which is not shown.
    const span = code?.replace(/^ (?=`)|(?<=`) $/g, "");
    kept.push(block ?? span ?? escaped ?? (label === undefined ? (tag ?? "") : shown(label)));
    return HOLE;
  });
  const bare = holed.replaceAll(/^(?:#{1,3}|-#|>>>|>) +/gm, "").replaceAll(/^( *)[-*] +/gm, "$1• ");
  // Twice: one may stand in another.
  return withoutMarks(withoutMarks(bare))
    .replaceAll(HOLE, () => kept.shift() ?? "")
    .replaceAll(/[\u2060\u200B]/g, "");
}

/** A single underscore counts at the edge of a word only. */
function withoutMarks(text: string): string {
  return text
    .replaceAll(/(\*\*|__|~~|\|\||\*)(?=\S)([^\n]*?\S)\1/g, "$2")
    .replaceAll(/(?<!\w)_(?=\S)([^\n]*?\S)_(?!\w)/g, "$1");
}
