import { z } from "zod";

import type { MessageFields } from "./payload.ts";
import { toPlainText, toWritten } from "./plain-text.ts";

/** Deeper than any block that Slack lets through. */
const MOST_DEPTH = 12;
/** Where blocks keep what is read; buttons, menus and pictures are no part of an alert's words. */
const READ_KEYS = [
  "text",
  "title",
  "subtitle",
  "body",
  "fields",
  "elements",
  "rows",
  "columns",
  "blocks",
  "child_blocks",
];
const UNREAD_TYPES = new Set(["actions", "button", "image", "input", "video", "context_actions", "file"]);

const text = z.string().nullish();
const Attachment = z.object({
  pretext: text,
  title: text,
  text: text,
  fallback: text,
  footer: text,
  is_share: z.boolean().nullish(),
  is_msg_unfurl: z.boolean().nullish(),
  fields: z.array(z.object({ title: text, value: text })).nullish(),
  blocks: z.array(z.unknown()).nullish(),
  message_blocks: z.array(z.unknown()).nullish(),
  files: z.array(z.unknown()).nullish(),
});
type Attachment = z.infer<typeof Attachment>;

/** Everything that a bot or webhook says: its text, its attachments, its blocks. */
export function toBotText(message: MessageFields): string {
  return toLines([
    toPlainText(message.text ?? ""),
    ...toAttachments(message).map(toAttachedText),
    toBlockText(message.blocks ?? []),
  ]);
}

/**
 * What a person says. The blocks repeat the text, and attachments are previews that Slack made,
 * except of a message that the person forwards.
 */
export function toPersonText(message: MessageFields): string {
  const own = toPlainText(message.text ?? "") || toBlockText(message.blocks ?? []);
  return toLines([own, ...toAttachments(message).filter(isForwarded).map(toAttachedText)]);
}

/** The files of forwarded messages. */
export function forwardedFiles(message: MessageFields): readonly unknown[] {
  return toAttachments(message)
    .filter(isForwarded)
    .flatMap(({ files }) => files ?? []);
}

function isForwarded({ is_share, is_msg_unfurl }: Attachment): boolean {
  return is_share === true || is_msg_unfurl === true;
}

function toAttachments(message: MessageFields): readonly Attachment[] {
  return (message.attachments ?? []).flatMap((value) => {
    const parsed = Attachment.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
}

function toAttachedText(attachment: Attachment): string {
  const { pretext, title, text, footer, fallback, fields, blocks } = attachment;
  const said = [
    pretext,
    title,
    text,
    ...(fields ?? []).flatMap((field) => [field.title, field.value]),
    footer,
  ];
  const lines = toLines([...said.map((part) => toPlainText(part ?? "")), toBlockText(blocks ?? [])]);
  return lines || toPlainText(fallback ?? "");
}

/** The words of blocks, one line for each piece; the spans of a line stay together. */
function toBlockText(blocks: readonly unknown[]): string {
  return toLines(blocks.flatMap((block) => readBlock(block, 0)));
}

function readBlock(value: unknown, depth: number): readonly string[] {
  if (depth > MOST_DEPTH || typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((part: unknown) => readBlock(part, depth + 1));
  const block = value as Readonly<Record<string, unknown>>;
  const type = block["type"];
  if (typeof type === "string" && UNREAD_TYPES.has(type)) return [];
  if (isLine(type)) return [readSpans(block["elements"])];
  if (typeof block["text"] === "string") {
    return [type === "mrkdwn" ? toPlainText(block["text"]) : block["text"]];
  }
  return READ_KEYS.flatMap((key) => readBlock(block[key], depth + 1));
}

function isLine(type: unknown): boolean {
  return type === "rich_text_section" || type === "rich_text_preformatted" || type === "rich_text_quote";
}

function readSpans(elements: unknown): string {
  if (!Array.isArray(elements)) return "";
  return elements.map(readSpan).join("");
}

/** Spans of rich text are literal: nothing in them is mark-up or escaped. */
function readSpan(element: unknown): string {
  if (typeof element !== "object" || element === null) return "";
  const { text, url } = element as { readonly text?: unknown; readonly url?: unknown };
  const label = typeof text === "string" ? text : "";
  return typeof url === "string" ? toWritten(url, label) : label;
}

function toLines(parts: readonly string[]): string {
  return parts.filter((part) => part.trim() !== "").join("\n");
}
