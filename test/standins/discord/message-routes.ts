import { ChannelType, MessageType } from "discord-api-types/v10";

import { mayWrite, messageIn, need, placeOf } from "./access.ts";
import { toChannel, toThread } from "./describing.ts";
import { createFormErrors } from "./form-errors.ts";
import { LIMITS } from "./limits.ts";
import type { MessageBody } from "./message-rules.ts";
import type { StoredMessage } from "./messages.ts";
import type { Parts } from "./parts.ts";
import { refusal } from "./refusal.ts";
import type { ApiRequest, Handlers } from "./request.ts";
import { isOlder } from "./snowflake.ts";
import { checkThread, type ThreadBody, type ThreadChange } from "./threads.ts";
import type { Place } from "./world.ts";

/** Channels, threads and their messages. */
export function messageRoutes(parts: Parts): Handlers {
  const { world, messages, posting, threads, attachments } = parts;

  /** The bot's own message, which it may edit. */
  function editable([channel = "", id = ""]: readonly string[]): StoredMessage {
    const place = placeOf(parts, channel);
    const message = messageIn(parts, place, id);
    if (message.author.id !== world.bot.id) throw refusal(50_005);
    if (message.type === MessageType.ThreadStarterMessage) throw refusal(50_021);
    if (place.kind === "thread" && place.archived) throw refusal(50_083);
    return message;
  }

  function start(place: Place, message: StoredMessage | null, body: ThreadBody) {
    const isPrivate =
      message === null && (body.type ?? ChannelType.PrivateThread) === ChannelType.PrivateThread;
    if (place.kind === "channel")
      need(parts, place, isPrivate ? "CREATE_PRIVATE_THREADS" : "CREATE_PUBLIC_THREADS");
    return toThread(threads.start(place, message, world.bot, body));
  }

  function change(place: Place, body: ThreadChange) {
    if (place.kind === "direct") throw refusal(50_024);
    if (place.kind === "channel") throw refusal(50_013);
    const mayManage = world.botMay(place, "MANAGE_THREADS");
    const onlyWakes = place.archived && body.archived === false && !place.locked && body.locked === undefined;
    const isOwn = place.ownerId === world.bot.id && body.locked === undefined && !place.locked;
    if (!mayManage && !onlyWakes && !isOwn) throw refusal(50_013);
    checkThread(body, false);
    if (place.archived && body.archived !== false) throw refusal(50_083);
    threads.change(place, body);
    return toThread(place);
  }

  return {
    "GET /channels/:id": ({ ids: [id = ""] }) => toChannel(placeOf(parts, id), world),
    "PATCH /channels/:id": ({ ids: [id = ""], body }) => change(placeOf(parts, id), body as ThreadChange),
    "POST /channels/:id/typing": ({ ids: [id = ""] }) => void placeOf(parts, id),
    "GET /channels/:id/messages": ({ ids: [id = ""], query }) => {
      const place = placeOf(parts, id);
      if (!world.botMay(place, "READ_MESSAGE_HISTORY")) return [];
      return history(messages.storedIn(place.id), query).map(messages.describe);
    },
    "GET /channels/:id/messages/:id": ({ ids: [channel = "", id = ""] }) => {
      const place = placeOf(parts, channel);
      need(parts, place, "READ_MESSAGE_HISTORY");
      return messages.describe(messageIn(parts, place, id));
    },
    "POST /channels/:id/messages": ({ ids: [id = ""], body, files }) => {
      const place = placeOf(parts, id);
      mayWrite(parts, place, body as MessageBody, files);
      const message = posting.create(place, body as MessageBody, files);
      const { nonce } = message;
      return { ...messages.describe(message), ...(nonce !== undefined && { nonce }) };
    },
    "PATCH /channels/:id/messages/:id": ({ ids, body, files }) =>
      messages.describe(posting.edit(editable(ids), body as MessageBody, files)),
    "DELETE /channels/:id/messages/:id": ({ ids: [channel = "", id = ""] }) => {
      const place = placeOf(parts, channel);
      const message = messageIn(parts, place, id);
      if (place.kind === "thread" && place.archived) throw refusal(50_083);
      if (message.author.id !== world.bot.id && place.kind === "direct") throw refusal(50_003);
      if (message.author.id !== world.bot.id) need(parts, place, "MANAGE_MESSAGES");
      posting.remove(message);
    },
    "POST /channels/:id/messages/:id/threads": ({ ids: [channel = "", id = ""], body }) => {
      const place = placeOf(parts, channel);
      if (place.kind !== "channel") throw refusal(50_024);
      return start(place, messageIn(parts, place, id), body as ThreadBody);
    },
    "POST /channels/:id/threads": ({ ids: [id = ""], body }) =>
      start(placeOf(parts, id), null, body as ThreadBody),
    "PUT /channels/:id/thread-members/@me": ({ ids: [id = ""] }) => void placeOf(parts, id),
    "PUT /channels/:id/thread-members/:id": ({ ids: [id = ""] }) => void placeOf(parts, id),
    "GET /guilds/:id/threads/active": ({ ids: [id = ""] }) => ({
      threads: world
        .threads()
        .filter(({ parent, archived }) => parent.guild.id === id && !archived)
        .filter((thread) => world.botMay(thread, "VIEW_CHANNEL"))
        .map(toThread),
      members: [],
    }),
    "POST /attachments/refresh-urls": ({ body }) => ({
      refreshed_urls: (body as { readonly attachment_urls: readonly string[] }).attachment_urls.map(
        (original) => ({
          original,
          refreshed: attachments.refresh(original),
        }),
      ),
    }),
  };
}

/** The messages that were asked for, newest first. */
function history(all: readonly StoredMessage[], query: ApiRequest["query"]): readonly StoredMessage[] {
  const limit = Number(query.get("limit") ?? 50);
  const errors = createFormErrors();
  errors.number(["limit"], limit, { min: 1, max: LIMITS.history });
  errors.throwIfAny();
  const [before, after, around] = ["before", "after", "around"].map((key) => query.get(key));
  const newest = [...all].toReversed();
  if (around) {
    const half = Math.floor(limit / 2);
    const at = newest.filter(({ id }) => isOlder(around, id)).length;
    return newest.slice(Math.max(0, at - half), at + half + 1);
  }
  if (after) return newest.filter(({ id }) => isOlder(after, id)).slice(-limit);
  return newest.filter(({ id }) => !before || isOlder(id, before)).slice(0, limit);
}
