import type { MessageIncoming } from "../../src/contract.ts";
import { NO_ORIGIN, type Arrived, type Ears } from "./arrived.ts";
import { toBotText, toPersonText } from "./attached-text.ts";
import { MessageEvent, type MessageFields } from "./payload.ts";
import { isDirect, toConversationId } from "./place.ts";
import { toUploads } from "./uploads.ts";

/** Edits, deletions, joins and the like have other subtypes. */
const SPOKEN = new Set([null, "file_share", "thread_broadcast", "bot_message"]);

/** Reads a message, under either of the names that Slack has for it; null for what is not ours. */
export function fromEvent(body: unknown, ears: Ears): Arrived | null {
  const parsed = MessageEvent.safeParse(body);
  if (!parsed.success) return null;
  const { event } = parsed.data;
  if (!SPOKEN.has(event.subtype ?? null) || event.edited !== undefined) return null;
  const speaker = toSpeaker(event, ears);
  const addressed = toAddressed(event, ears);
  if (speaker === null || addressed === null) return null;
  const place = { channel: event.channel, thread: event.thread_ts ?? event.ts, user: speaker.user };
  const incoming: MessageIncoming = {
    kind: "message",
    delivery: `slack:${event.channel}:${event.ts}`,
    conversation: toConversationId(place),
    user: { id: `slack:${speaker.user}`, name: event.username ?? speaker.user },
    addressed,
    text: speaker.isBot ? toBotText(event) : toPersonText(event),
    files: toUploads(event),
  };
  const origin = { ...NO_ORIGIN, isThreadOpen: typeof event.thread_ts === "string" };
  return { incoming, place, origin, shape: event.type, ts: event.ts };
}

interface Speaker {
  readonly user: string;
  readonly isBot: boolean;
}

/** Null for ourselves, and for bots that WATCH_BOTS does not name. */
function toSpeaker(message: MessageFields, { userId, botId, watchBots }: Ears): Speaker | null {
  const { user, bot_id } = message;
  if (user === userId || bot_id === botId) return null;
  if (bot_id) return watchBots.has(bot_id) ? { user: bot_id, isBot: true } : null;
  return user ? { user, isBot: false } : null;
}

type Addressed = MessageIncoming["addressed"];

function toAddressed(event: MessageEvent["event"], ears: Ears): Addressed | null {
  if (event.channel_type === "im" || isDirect(event.channel)) return "direct";
  if (event.type === "app_mention" || mentions(event.text ?? "", ears.userId)) return "mention";
  return ears.watchChannels.has(event.channel) ? "watched" : null;
}

function mentions(text: string, userId: string): boolean {
  return text.includes(`<@${userId}>`) || text.includes(`<@${userId}|`);
}
