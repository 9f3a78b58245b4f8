import type { types } from "@slack/bolt";

import { type Done, NOT_SENT, type Said } from "./deeds.ts";
import type { DeliveryOptions } from "./deliveries.ts";
import { changeEvent, mentionEvent, messageEvent } from "./events.ts";
import { readMessage } from "./file-methods.ts";
import type { Attached } from "./files.ts";
import type { RawMessage, SeenMessage } from "./messages.ts";
import { asTyped } from "./typing.ts";
import type { Workspace } from "./workspace.ts";
import type { Channel, Person } from "./world.ts";

/** How a message is written. */
interface SayOptions extends DeliveryOptions {
  readonly files?: readonly Attached[];
  /** The message at the head of the thread, or its ts. */
  readonly thread?: string | { readonly ts: string };
  /** Sent as it is, not as Slack turns typed text: escaped, with links. */
  readonly verbatim?: boolean;
  /** Written by this webhook (`B…`, subtype `bot_message`), or by this app with the person as its bot user, without a subtype. */
  readonly bot?: string | { readonly app: string };
  readonly subtype?: string;
  readonly blocks?: readonly types.KnownBlock[];
  readonly attachments?: readonly types.MessageAttachment[];
}

/** How Slack tells of one mention: all of it happens. */
interface MentionOptions extends SayOptions {
  /** Which event comes first, when both do; `message` unless said. */
  readonly first?: "message" | "app_mention";
  /** Both are sent without waiting for the first one's acknowledgement. */
  readonly together?: boolean;
  /** Which events come, and whether the mention carries the files; all of it unless said. */
  readonly shape?: "mention has files" | "mention lacks files" | "message only" | "mention only";
}

/** What persons write. Persons and channels are given by name or id. */
export interface Writing {
  /** `@vtip text`. */
  mention(by: string, channel: string, text: string, options?: MentionOptions): Promise<Said>;
  message(by: string, channel: string, text: string, options?: SayOptions): Promise<Said>;
  /** A direct message to the bot. */
  direct(by: string, text: string, options?: SayOptions): Promise<Said>;
  edit(by: string, message: SeenMessage, text: string, options?: DeliveryOptions): Promise<Said>;
  /** Any other event, as it is. */
  event(event: Readonly<Record<string, unknown>>, options?: DeliveryOptions): Promise<Done>;
}

export function createWriting(workspace: Workspace): Writing {
  const { world, upstream, messages, files, payloads, deliveries } = workspace;

  async function tell(events: readonly unknown[], options: DeliveryOptions, together = false): Promise<Done> {
    const send = (event: unknown) => deliveries.deliver("events_api", payloads.event(event), options);
    const sent = [];
    if (together) sent.push(...(await Promise.all(events.map(send))));
    else for (const event of events) sent.push(await send(event));
    return { ack: sent[0]?.ack ?? NOT_SENT.ack, deliveries: sent };
  }

  async function tellIn(
    channel: Channel,
    events: readonly unknown[],
    options: MentionOptions,
  ): Promise<Done> {
    return world.hasBot(channel) ? tell(events, options, options.together) : NOT_SENT;
  }

  async function write(
    by: Person,
    channel: Channel,
    text: string,
    options: SayOptions,
  ): Promise<SeenMessage> {
    const { files: attached = [], thread, blocks, attachments } = options;
    const thread_ts = typeof thread === "object" ? thread.ts : thread;
    if (attached.length > 0) {
      const shared = await files.share(by.name, channel.id, text, attached, thread_ts);
      const raw = await readMessage(workspace, channel.id, shared);
      const described = (raw.files ?? []).map((file, number) => ({
        ...file,
        ...attached[number]?.described,
      }));
      return messages.put(channel.id, { ...authored(raw, options), files: described });
    }
    const args = { channel: channel.id, text, thread_ts, blocks, attachments };
    const answer = await upstream.call(by.name, "chat.postMessage", args);
    if (!answer.ok) throw new Error(`${by.name} can't write: ${answer.error}`);
    return messages.put(channel.id, authored(answer["message"] as RawMessage, options));
  }

  async function say(by: string, channel: Channel, text: string, options: SayOptions): Promise<Said> {
    const typed = options.verbatim === true ? text : asTyped(text);
    const message = await write(world.person(by), channel, typed, options);
    return { ...(await tellIn(channel, [messageEvent(message, channel, world.teamId)], options)), message };
  }

  return {
    async mention(by, channel, text, options = {}) {
      const { first = "message", shape = "mention has files", verbatim = false } = options;
      const place = world.channel(channel);
      const typed = `<@${world.app.userId}> ${verbatim ? text : asTyped(text)}`;
      const message = await write(world.person(by), place, typed, options);
      const told = messageEvent(message, place, world.teamId);
      const mentioned = mentionEvent(message, place, world.teamId, shape !== "mention lacks files");
      const both = first === "message" ? [told, mentioned] : [mentioned, told];
      const events = shape === "message only" ? [told] : shape === "mention only" ? [mentioned] : both;
      return { ...(await tellIn(place, events, options)), message };
    },
    message: (by, channel, text, options = {}) => say(by, world.channel(channel), text, options),
    direct: (by, text, options = {}) => say(by, world.directMessages(by), text, options),
    async edit(by, { channel, ts }, text, options = {}) {
      const place = world.channel(channel);
      const before = messages.find(place.id, ts);
      const answer = await upstream.call(world.person(by).name, "chat.update", {
        channel,
        ts,
        text: asTyped(text),
      });
      if (!answer.ok || before === undefined) throw new Error(`${by} can't edit: ${answer.error}`);
      const message = messages.put(place.id, answer["message"] as RawMessage);
      const [now, then] = [message, before].map((one) => messageEvent(one, place, world.teamId)) as [
        types.MessageEvent,
        types.MessageEvent,
      ];
      return { ...(await tellIn(place, [changeEvent(now, then, place)], options)), message };
    },
    event: (event, options = {}) => tell([event], options),
  };
}

/** The message as of its author: emulate knows persons only. */
function authored(raw: RawMessage, { bot, subtype }: SayOptions): RawMessage {
  const { user: _, ...anonymous } = raw;
  const own = subtype === undefined ? {} : { subtype };
  if (bot === undefined) return { ...raw, ...own };
  return typeof bot === "string"
    ? { ...anonymous, bot_id: bot, subtype: "bot_message", ...own }
    : { ...raw, bot_id: bot.app, ...own };
}
