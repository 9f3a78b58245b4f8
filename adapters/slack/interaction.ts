import type { Incoming, User } from "../../src/contract.ts";
import { NO_ORIGIN, type Arrived } from "./arrived.ts";
import { toBotText, toPersonText } from "./attached-text.ts";
import { FORM_CALLBACK, toFormAnswer } from "./form-answer.ts";
import { Click, Shortcut, Slash, Submission, type Person } from "./payload.ts";
import { toConversationId, toPlace } from "./place.ts";
import { toUploads } from "./uploads.ts";

/** The message shortcut **Check with vtip**, as manifest.yaml names it. */
export const SHORTCUT_CALLBACK = "check_with_vtip";

/** Reads a command, a shortcut, a click or a form that was sent; null for what is not ours. */
export function fromInteraction(body: unknown): Arrived | null {
  return fromSlash(body) ?? fromShortcut(body) ?? fromClick(body) ?? fromSubmission(body);
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
