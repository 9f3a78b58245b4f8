import type { APIEmbed } from "discord-api-types/v10";

import type { Attached } from "./attachments.ts";
import type { SeenMessage } from "./messages.ts";
import type { Parts } from "./parts.ts";
import type { Person, Place, Thread } from "./world.ts";

/** How a message is written. */
interface SayOptions {
  readonly files?: readonly Attached[];
  /** Into the thread of this message, or of this id; the message gets one if it has none. */
  readonly thread?: SeenMessage | string;
  /** The message that it answers. Its author is notified, unless `quietly`. */
  readonly replyTo?: SeenMessage;
  readonly quietly?: boolean;
  /** Written by another bot of this name or id, or by a webhook. */
  readonly bot?: string;
  readonly webhook?: string;
  readonly embeds?: readonly APIEmbed[];
}

interface MentionOptions extends SayOptions {
  /** By the role that Discord made for the bot, which its list of names offers too. */
  readonly byRole?: boolean;
}

/** What came of something that a person wrote. */
interface Said {
  readonly message: SeenMessage;
}

/** What persons write. Persons and channels are given by name or id; a thread's id is a channel's too. */
export interface Writing {
  /** `@vtip text`. */
  mention(by: string, channel: string, text: string, options?: MentionOptions): Promise<Said>;
  message(by: string, channel: string, text: string, options?: SayOptions): Promise<Said>;
  /** A direct message to the bot. */
  direct(by: string, text: string, options?: SayOptions): Promise<Said>;
  edit(by: string, message: SeenMessage, text: string): Promise<Said>;
  /** Deletes anybody's message, as its author or a moderator does. */
  delete(message: SeenMessage): Promise<void>;
  /** Archives the thread of a message, or of this id; locked, only moderators open it again. */
  archive(thread: SeenMessage | string, options?: { readonly locked?: boolean }): Promise<void>;
}

export function createWriting(parts: Parts): Writing {
  const { world, messages, attachments, posting, threads } = parts;

  function author(by: string, { bot, webhook }: SayOptions): Person {
    if (bot !== undefined) return world.stranger("bot", bot);
    if (webhook !== undefined) return world.stranger("webhook", webhook);
    return world.person(by);
  }

  function threadOf(place: Place, thread: SeenMessage | string, by: Person): Place {
    const id = typeof thread === "string" ? thread : (thread.threadOf ?? thread.id);
    const known = world.findPlace(id);
    if (known !== undefined) return known;
    const head = messages.find(id);
    if (head === undefined) throw new Error(`there is no message ${id} to start a thread from`);
    return threads.start(place, head, by, { name: head.content.slice(0, 40) || "Thread" });
  }

  function say(by: string, channel: Place, text: string, options: SayOptions): Said {
    const { files = [], thread, replyTo, quietly = false, webhook, embeds = [] } = options;
    const writer = author(by, options);
    const place = thread === undefined ? channel : threadOf(channel, thread, writer);
    const answered = replyTo === undefined ? undefined : messages.find(replyTo.id);
    const body = {
      content: text,
      embeds,
      ...(quietly && {
        allowed_mentions: { parse: ["users", "roles", "everyone"] as never, replied_user: false },
      }),
    };
    const message = posting.create(place, body, [], {
      author: writer,
      attachments: attachments.attach(place.id, files, false),
      ...(answered !== undefined && { answered }),
      ...(webhook !== undefined && { webhookId: writer.id }),
    });
    return { message: now(message.id) };
  }

  function now(id: string): SeenMessage {
    const seen = messages.seen(id);
    if (seen === undefined) throw new Error(`the message ${id} is gone`);
    return seen;
  }

  function threadNamed(thread: SeenMessage | string): Thread {
    const id = typeof thread === "string" ? thread : (thread.threadOf ?? thread.id);
    const place = world.findPlace(id);
    if (place?.kind !== "thread") throw new Error(`there is no thread ${id}`);
    return place;
  }

  return {
    async mention(by, channel, text, { byRole = false, ...options } = {}) {
      const named = byRole ? `<@&${world.role("vtip").id}>` : `<@${world.bot.id}>`;
      return say(by, world.place(channel), `${named} ${text}`, options);
    },
    message: async (by, channel, text, options = {}) => say(by, world.place(channel), text, options),
    direct: async (by, text, options = {}) => say(by, world.directMessages(by), text, options),
    async edit(by, { id }, text) {
      const message = messages.find(id);
      if (message === undefined || message.author.id !== world.person(by).id)
        throw new Error(`${by} can't edit the message ${id}`);
      posting.edit(message, { content: text }, []);
      return { message: now(id) };
    },
    async delete({ id }) {
      const message = messages.find(id);
      if (message === undefined) throw new Error(`the message ${id} is gone already`);
      posting.remove(message);
    },
    async archive(thread, { locked } = {}) {
      threads.change(threadNamed(thread), { archived: true, ...(locked !== undefined && { locked }) });
    },
  };
}
