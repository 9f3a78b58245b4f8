import { Routes } from "discord.js";
import { z } from "zod";

import type { Api } from "./api.ts";
import { ChannelFields } from "./payload.ts";

/** Discord's numbers for threads: docs.discord.com/developers/resources/channel#channel-object-channel-types. */
const THREAD_TYPES = new Set([10, 11, 12]);

export function isThreadType(type: number): boolean {
  return THREAD_TYPES.has(type);
}

/** A channel as answers need to know it. */
interface ChannelNote {
  readonly isThread: boolean;
  /** The channel that a thread belongs to. */
  readonly parent: string | null;
}

/** What the gateway has told of servers and channels. */
export interface Channels {
  /** Reads an event of the gateway; all but those about servers, channels and threads are passed over. */
  take(event: string, data: unknown): void;
  /** What is known without asking; null for nothing. */
  known(id: string): ChannelNote | null;
  /** Asks Discord about a channel that is not known; what cannot be told counts as an ordinary channel. */
  find(id: string): Promise<ChannelNote>;
  /** The servers that the bot is in; null until Discord has said so. */
  guilds(): readonly string[] | null;
  /** Whether a role is the one that Discord made for the bot: people pick it where they mean the bot. */
  isBotsRole(role: string, botId: string): boolean;
}

/** What is known, by id. */
interface Known {
  readonly notes: Map<string, ChannelNote>;
  readonly guilds: Set<string>;
  /** The bot that a role was made for. */
  readonly bots: Map<string, string>;
  isReady: boolean;
}

const unread = z.array(z.unknown()).catch([]);
const Tags = z.object({ bot_id: z.string().nullish() }).nullish().catch(null);
const Guild = z.object({
  id: z.string(),
  channels: unread,
  threads: unread,
  roles: z.array(z.object({ id: z.string(), tags: Tags })).catch([]),
});
const Synced = z.object({ threads: unread });
const Named = z.object({ id: z.string().catch("") });
const Left = z.object({ unavailable: z.boolean().nullish() });
const Ready = z.object({ guilds: z.array(Named).catch([]) });

/** What is done with each event; data in a form that is not known is passed over. */
const EVENTS: Readonly<Record<string, (known: Known, data: unknown) => void>> = {
  READY(known, data) {
    known.isReady = true;
    known.guilds.clear();
    for (const { id } of Ready.safeParse(data).data?.guilds ?? []) known.guilds.add(id);
  },
  GUILD_CREATE(known, data) {
    const guild = Guild.safeParse(data).data;
    if (guild === undefined) return;
    known.guilds.add(guild.id);
    for (const channel of [...guild.channels, ...guild.threads]) note(known, channel);
    for (const { id, tags } of guild.roles) if (tags?.bot_id) known.bots.set(id, tags.bot_id);
  },
  GUILD_DELETE({ guilds }, data) {
    // A server that is away has not been left.
    if (Left.safeParse(data).data?.unavailable !== true) guilds.delete(toId(data));
  },
  THREAD_LIST_SYNC(known, data) {
    for (const thread of Synced.safeParse(data).data?.threads ?? []) note(known, thread);
  },
  CHANNEL_CREATE: note,
  CHANNEL_UPDATE: note,
  THREAD_CREATE: note,
  THREAD_UPDATE: note,
  CHANNEL_DELETE: ({ notes }, data) => notes.delete(toId(data)),
  THREAD_DELETE: ({ notes }, data) => notes.delete(toId(data)),
};

export function createChannels(api: Api): Channels {
  const known: Known = { notes: new Map(), guilds: new Set(), bots: new Map(), isReady: false };
  return {
    take: (event, data) => EVENTS[event]?.(known, data),
    known: (id) => known.notes.get(id) ?? null,
    async find(id) {
      const found = known.notes.get(id);
      if (found !== undefined) return found;
      const called = await api.call({ method: "get", route: Routes.channel(id) }, ChannelFields);
      if (called.kind === "done") note(known, called.answer);
      return known.notes.get(id) ?? { isThread: false, parent: null };
    },
    guilds: () => (known.isReady ? [...known.guilds] : null),
    isBotsRole: (role, botId) => known.bots.get(role) === botId,
  };
}

function note({ notes }: Known, data: unknown): void {
  const channel = ChannelFields.safeParse(data).data;
  if (channel === undefined) return;
  // Threads come and go: one that is archived is asked for when somebody writes in it again.
  if (channel.thread_metadata?.archived === true) notes.delete(channel.id);
  else notes.set(channel.id, { isThread: isThreadType(channel.type), parent: channel.parent_id ?? null });
}

function toId(data: unknown): string {
  return Named.safeParse(data).data?.id ?? "";
}
