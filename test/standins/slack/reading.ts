import type { types } from "@slack/bolt";

/** What has a text or blocks that a person reads: a message, a modal, an App Home. */
export interface Readable {
  readonly text?: string;
  readonly title?: { readonly text: string };
  readonly blocks?: readonly unknown[];
  readonly attachments?: readonly types.MessageAttachment[];
}

/** A button as a person sees it. */
export interface SeenButton {
  readonly label: string;
  readonly actionId: string;
  readonly blockId: string;
  readonly value: string | undefined;
  readonly url: string | undefined;
  readonly style: string | undefined;
}

/** Everything that a person reads, top to bottom, a line for each piece, without the signs of the markup. The `text` of a message with blocks is not seen. */
export function textOf({ text = "", title, blocks = [], attachments = [] }: Readable): string {
  const own = blocks.length > 0 ? blocks.flatMap(piecesOf) : [shown(text)];
  const attached = attachments.flatMap(
    ({ pretext, title, text, fields = [], footer, blocks: inner = [] }) => [
      ...[pretext, title, text].map((part) => shown(part ?? "")),
      ...fields.flatMap((field) => [shown(field.title ?? ""), shown(field.value ?? "")]),
      footer ?? "",
      ...inner.flatMap(piecesOf),
    ],
  );
  return [title?.text ?? "", ...own, ...attached].filter((piece) => piece !== "").join("\n");
}

/** The buttons, in the order in which they stand. */
export function buttonsOf({ blocks = [] }: Pick<Readable, "blocks">): readonly SeenButton[] {
  return blocks.flatMap((block) => {
    const blockId = (block as { readonly block_id?: string }).block_id ?? "";
    return nodesOf(block)
      .filter((node) => node["type"] === "button")
      .map((node) => ({
        label: (node["text"] as { readonly text: string }).text,
        actionId: (node["action_id"] as string | undefined) ?? "",
        blockId,
        value: node["value"] as string | undefined,
        url: node["url"] as string | undefined,
        style: node["style"] as string | undefined,
      }));
  });
}

type Node = Readonly<Record<string, unknown>>;

/** Keys that hold what is shown, in the order in which Slack lays it out. */
const SHOWN = [
  "title",
  "label",
  "text",
  "fields",
  "rows",
  "elements",
  "element",
  "accessory",
  "options",
  "placeholder",
  "hint",
];

function piecesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(piecesOf);
  if (typeof value !== "object" || value === null) return [];
  const node = value as Node;
  const { type, text } = node;
  if (type === "rich_text_section" || type === "rich_text_preformatted" || type === "rich_text_quote") {
    return [
      (node["elements"] as readonly Node[])
        .map((part) => (part["text"] ?? part["url"] ?? "") as string)
        .join(""),
    ];
  }
  if (typeof text === "string") return [type === "mrkdwn" || type === "markdown" ? shown(text) : text];
  return SHOWN.flatMap((key) => piecesOf(node[key]));
}

function nodesOf(value: unknown): readonly Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesOf);
  if (typeof value !== "object" || value === null) return [];
  return [value as Node, ...Object.values(value).flatMap(nodesOf)];
}

/** mrkdwn as it is shown: links by their labels, entities as characters, no signs of bold, italic, strike or code. */
function shown(mrkdwn: string): string {
  return mrkdwn
    .replaceAll(/<([^<>|]+)\|([^<>]*)>/g, "$2")
    .replaceAll(/<([^<>]+)>/g, "$1")
    .replaceAll("```", "")
    .replaceAll(/`([^`\n]+)`/g, "$1")
    .replaceAll(/(^|[\s(])([*_~])(\S(?:[^\n]*?\S)?)\2(?=$|[\s.,:;!?)])/gm, "$1$3")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
