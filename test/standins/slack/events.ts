import { randomUUID } from "node:crypto";

import type { types } from "@slack/bolt";

import type { SeenMessage } from "./messages.ts";
import type { Channel } from "./world.ts";

/** A `message` event, in the shape that this kind of message has. */
export function messageEvent(message: SeenMessage, channel: Channel, teamId: string): types.MessageEvent {
  const { raw } = message;
  const fields = {
    ...spoken(message, channel, teamId),
    type: "message" as const,
    channel_type: channel.type,
  };
  if (raw.subtype === "file_share") {
    const files = raw.files as types.FileShareMessageEvent["files"];
    return {
      ...fields,
      subtype: "file_share",
      upload: false,
      display_as_bot: false,
      ...(files && { files }),
    };
  }
  if (raw.subtype === "bot_message") {
    const { user: _, ...own } = fields;
    return { ...own, subtype: "bot_message", bot_id: raw.bot_id ?? "" };
  }
  const author = raw.bot_id === undefined ? { client_msg_id: randomUUID() } : { bot_id: raw.bot_id };
  // Any other subtype has these fields too, and some that nobody reads.
  return {
    ...fields,
    ...author,
    ...(raw.subtype !== undefined && { subtype: raw.subtype }),
  } as types.MessageEvent;
}

/** An `app_mention` event of the same message. */
export function mentionEvent(
  message: SeenMessage,
  channel: Channel,
  teamId: string,
  withFiles: boolean,
): types.AppMentionEvent {
  const files = message.raw.files as types.AppMentionEvent["files"];
  return {
    ...spoken(message, channel, teamId),
    type: "app_mention",
    ...(withFiles && files !== undefined && { files }),
  };
}

/** A `message_changed` event. */
export function changeEvent(
  message: types.MessageEvent,
  previous_message: types.MessageEvent,
  { id, type }: Channel,
): types.MessageChangedEvent {
  const moment = momentNow();
  return {
    type: "message",
    subtype: "message_changed",
    hidden: true,
    channel: id,
    channel_type: type,
    ts: moment,
    event_ts: moment,
    message,
    previous_message,
  };
}

/** A moment as Slack writes it: seconds with six decimals. */
export function momentNow(): string {
  return (Date.now() / 1000).toFixed(6);
}

/** What events of one message share. */
function spoken({ ts, text, user, threadTs, raw }: SeenMessage, channel: Channel, teamId: string) {
  return {
    channel: channel.id,
    user,
    text,
    ts,
    event_ts: ts,
    team: teamId,
    ...(threadTs !== null && { thread_ts: threadTs }),
    ...(raw.blocks !== undefined && { blocks: [...raw.blocks] }),
    ...(raw.attachments !== undefined && { attachments: [...raw.attachments] }),
  };
}
