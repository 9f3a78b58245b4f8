import { z } from "zod";

import type { Body, MessageFields } from "./payload.ts";
import { toPlainText } from "./plain-text.ts";

const text = z.string().nullish().catch(null);

/** https://docs.discord.com/developers/resources/message#embed-object */
const Embed = z.object({
  type: text,
  title: text,
  description: text,
  url: text,
  author: z.object({ name: text }).nullish().catch(null),
  footer: z.object({ text }).nullish().catch(null),
  fields: z
    .array(z.object({ name: text, value: text }))
    .nullish()
    .catch(null),
});

/** Components in components, no deeper than Discord lets them. */
const MOST_DEPTH = 5;
const TEXT_DISPLAY = 10;

/** What a person wrote. Embeds are previews that Discord made of their links, and add nothing. */
export function toPersonText({ content, message_snapshots }: MessageFields): string {
  const forwarded = (message_snapshots ?? []).map(({ message }) => toBodyText(message));
  return toLines([toPlainText(content ?? ""), ...forwarded]);
}

/** Everything that a bot or webhook says: its text, its embeds, its components. */
export function toBotText(message: MessageFields): string {
  return toLines([toBodyText(message), toPersonText({ ...message, content: "" })]);
}

function toBodyText({ content, embeds, components }: Body): string {
  const parts = [
    content ?? "",
    ...(embeds ?? []).flatMap(readEmbed),
    ...(components ?? []).flatMap((part) => readComponent(part, 0)),
  ];
  return toLines(parts.map(toPlainText));
}

function readEmbed(value: unknown): readonly string[] {
  const parsed = Embed.safeParse(value);
  // Others are previews of links, by Discord.
  if (!parsed.success || (parsed.data.type ?? "rich") !== "rich") return [];
  const { author, title, url, description, fields, footer } = parsed.data;
  const named = (fields ?? []).flatMap((field) => [field.name, field.value]);
  return [author?.name, title, url, description, ...named, footer?.text].map((part) => part ?? "");
}

function readComponent(value: unknown, depth: number): readonly string[] {
  if (depth > MOST_DEPTH || typeof value !== "object" || value === null) return [];
  const { type, content, components } = value as Readonly<Record<string, unknown>>;
  if (type === TEXT_DISPLAY) return typeof content === "string" ? [content] : [];
  return Array.isArray(components)
    ? components.flatMap((part: unknown) => readComponent(part, depth + 1))
    : [];
}

function toLines(parts: readonly string[]): string {
  return parts.filter((part) => part.trim() !== "").join("\n");
}
