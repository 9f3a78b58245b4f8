import type { Incoming, MessageIncoming, User } from "../../src/contract.ts";
import { toBotText, toPersonText } from "./attached-text.ts";
import { FORM_CALLBACK, toFormAnswer } from "./form-answer.ts";
import {
  Click,
  MessageEvent,
  Shortcut,
  Slash,
  Submission,
  type MessageFields,
  type Person,
} from "./payload.ts";
import { isDirect, toConversationId, toPlace, type Place } from "./place.ts";
import { toUploads } from "./uploads.ts";

/** The message shortcut **Check with vtip**, as manifest.yaml names it. */
export const SHORTCUT_CALLBACK = "check_with_vtip";

/** What only the delivery itself carries; a conversation that is reopened does without. */
export interface Origin {
  readonly responseUrl: string | null;
  readonly triggerId: string | null;
  /** Whether a button of a message was pressed that only this person sees: what is told them takes its place. */
  readonly isPrivateMessage: boolean;
  /** Whether the thread is there already, so that a private note in it is seen. */
  readonly isThreadOpen: boolean;
}

/** A payload that is for us. */
export interface Arrived {
  readonly incoming: Incoming;
  readonly place: Place;
  readonly origin: Origin;
  /** The event's name: `message` is complete, `app_mention` may lack the files. Null for all else. */
  readonly shape: "message" | "app_mention" | null;
  /** Of the event's message. */
  readonly ts: string | null;
}

/** Who we are and what we listen to. Ids as Slack writes them. */
export interface Ears {
  readonly userId: string;
  readonly botId: string;
  readonly watchChannels: ReadonlySet<string>;
  readonly watchBots: ReadonlySet<string>;
}

/** Reads what Slack delivered; null for what is not ours. */
export function toArrived(body: unknown, ears: Ears): Arrived | null {
  return (
    fromEvent(body, ears) ?? fromSlash(body) ?? fromShortcut(body) ?? fromClick(body) ?? fromSubmission(body)
  );
}

/** Edits, deletions, joins and the like have other subtypes. */
const SPOKEN = new Set([null, "file_share", "thread_broadcast", "bot_message"]);

function fromEvent(body: unknown, ears: Ears): Arrived | null {
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

const NO_ORIGIN: Origin = { responseUrl: null, triggerId: null, isPrivateMessage: false, isThreadOpen: true };

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

function fromSlash(body: unknown): Arrived | null {
  const parsed = Slash.safeParse(body);
  if (!parsed.success) return null;
  const { channel_id, user_id, user_name, trigger_id, response_url, text } = parsed.data;
  const place = { channel: channel_id, thread: null, user: user_id };
  const incoming: Incoming = {
    kind: "command",
    delivery: `slack:trigger:${trigger_id}`,
    conversation: toConversationId(place),
    user: { id: `slack:${user_id}`, name: user_name ?? user_id },
    text: toPersonText({ ts: "-", text }),
    files: [],
  };
  const origin = { ...NO_ORIGIN, responseUrl: response_url ?? null, triggerId: trigger_id };
  return { incoming, place, origin, shape: null, ts: null };
}

function fromShortcut(body: unknown): Arrived | null {
  const parsed = Shortcut.safeParse(body);
  if (!parsed.success || parsed.data.callback_id !== SHORTCUT_CALLBACK) return null;
  const { message, channel, user, trigger_id, response_url } = parsed.data;
  const place = { channel: channel.id, thread: message.thread_ts ?? message.ts, user: user.id };
  const incoming: Incoming = {
    kind: "message",
    delivery: `slack:trigger:${trigger_id}`,
    conversation: toConversationId(place),
    user: toUser(user),
    addressed: "shortcut",
    text: message.bot_id ? toBotText(message) : toPersonText(message),
    files: toUploads(message),
  };
  const origin = { ...NO_ORIGIN, responseUrl: response_url ?? null, triggerId: trigger_id };
  return { incoming, place, origin, shape: null, ts: null };
}

function fromClick(body: unknown): Arrived | null {
  const parsed = Click.safeParse(body);
  if (!parsed.success) return null;
  const { user, trigger_id, response_url, channel, container, message, actions } = parsed.data;
  const action = actions[0]?.value;
  if (!action) return null;
  const place = {
    // A button of App Home stands in no channel: the answer goes to the person.
    channel: channel?.id ?? container?.channel_id ?? user.id,
    thread: container?.thread_ts ?? message?.thread_ts ?? null,
    user: user.id,
  };
  const incoming: Incoming = {
    kind: "action",
    delivery: `slack:trigger:${trigger_id}`,
    conversation: toConversationId(place),
    user: toUser(user),
    action,
    values: {},
  };
  const isPrivateMessage = container?.is_ephemeral === true;
  const origin = { ...NO_ORIGIN, responseUrl: response_url ?? null, triggerId: trigger_id, isPrivateMessage };
  return { incoming, place, origin, shape: null, ts: null };
}

function fromSubmission(body: unknown): Arrived | null {
  const parsed = Submission.safeParse(body);
  if (!parsed.success || parsed.data.view.callback_id !== FORM_CALLBACK) return null;
  const { user, trigger_id, view } = parsed.data;
  const answer = toFormAnswer(view);
  if (answer === null) return null;
  const place = { ...toPlace(answer.conversation), user: user.id };
  const incoming: Incoming = {
    kind: "action",
    delivery: trigger_id ? `slack:trigger:${trigger_id}` : `slack:view:${view.id}`,
    conversation: toConversationId(place),
    user: toUser(user),
    action: answer.action,
    values: answer.values,
  };
  return { incoming, place, origin: NO_ORIGIN, shape: null, ts: null };
}

function toUser({ id, username, name }: Person): User {
  return { id: `slack:${id}`, name: username ?? name ?? id };
}
