import type { MessageIncoming } from "../../src/contract.ts";
import type { Arrived, Ears } from "./arrived.ts";
import type { Channels } from "./channels.ts";
import { MessageFields } from "./payload.ts";
import type { Place } from "./place.ts";
import { toBotText, toPersonText } from "./said.ts";
import { toUploads } from "./uploads.ts";

/** An ordinary message and a reply; all other kinds are Discord's own notices. */
const WRITTEN_TYPES = new Set([0, 19]);

type Addressed = MessageIncoming["addressed"];

/** Reads a MESSAGE_CREATE; null for what is not meant for the bot. */
export async function fromMessage(data: unknown, ears: Ears, channels: Channels): Promise<Arrived | null> {
  const parsed = MessageFields.safeParse(data);
  if (!parsed.success) return null;
  const message = parsed.data;
  const addressed = toAddressed(message, ears, channels);
  if (addressed === null) return null;
  const isBot = isWrittenByBot(message);
  const text = isBot ? toBotText(message) : toPersonText(withoutMention(message, ears, channels));
  const { author, id } = message;
  return {
    incoming: {
      kind: "message",
      delivery: `discord:m:${id}`,
      conversation: "",
      user: { id: `discord:${message.webhook_id ?? author.id}`, name: author.username || author.id },
      addressed,
      text,
      files: toUploads(message),
    },
    place: await toPlaceOf(message, message.webhook_id ?? author.id, channels),
    token: null,
  };
}

/** Where a message is answered: under it, or in its thread where it stands in one. */
async function toPlaceOf(
  { id, channel_id, guild_id }: Pick<MessageFields, "id" | "channel_id" | "guild_id">,
  user: string,
  channels: Channels,
): Promise<Place> {
  const guild = guild_id ?? null;
  const isThread = guild !== null && (await channels.find(channel_id)).isThread;
  return {
    guild,
    channel: channel_id,
    hanging: { kind: isThread ? "thread" : "under", message: id, isPicked: false },
    user,
  };
}

/** Whether a bot or webhook wrote it. */
export function isWrittenByBot({ author, webhook_id }: MessageFields): boolean {
  return author.bot === true || Boolean(webhook_id);
}

function toAddressed(message: MessageFields, ears: Ears, channels: Channels): Addressed | null {
  const { author, webhook_id, type, guild_id } = message;
  if (!WRITTEN_TYPES.has(type) || author.id === ears.botId) return null;
  const isWatched = isInWatched(message.channel_id, ears, channels);
  if (isWrittenByBot(message)) {
    const isNamed = ears.watchBots.has(author.id) || (webhook_id ? ears.watchBots.has(webhook_id) : false);
    return isNamed && isWatched ? "watched" : null;
  }
  if (!guild_id) return "direct";
  if (mentionsOf(message.content ?? "", ears, channels).length > 0) return "mention";
  return isWatched ? "watched" : null;
}

/** A thread belongs to its channel. */
function isInWatched(channel: string, { watchChannels }: Ears, channels: Channels): boolean {
  if (watchChannels.has(channel)) return true;
  const parent = watchChannels.size === 0 ? null : (channels.known(channel)?.parent ?? null);
  return parent !== null && watchChannels.has(parent);
}

/** The mentions of the bot as they stand in the text; a reply to the bot that mentions it otherwise is talk. */
function mentionsOf(content: string, { botId }: Ears, channels: Channels): readonly string[] {
  return [...content.matchAll(/<@([!&]?)(\d{1,20})>/g)]
    .filter(([, sign, id = ""]) => (sign === "&" ? channels.isBotsRole(id, botId) : id === botId))
    .map(([mention]) => mention);
}

function withoutMention(message: MessageFields, ears: Ears, channels: Channels): MessageFields {
  let content = message.content ?? "";
  for (const mention of mentionsOf(content, ears, channels)) content = content.replaceAll(mention, " ");
  return { ...message, content };
}
