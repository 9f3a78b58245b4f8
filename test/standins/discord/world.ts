import { ChannelType } from "discord-api-types/v10";

import type { ChannelOptions, Settings } from "./options.ts";
import { bitsOf, EVERYTHING_GRANTED, type Permission } from "./permissions.ts";

/** Somebody who writes: a person, a bot, a webhook. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly isBot: boolean;
  /** Ids. */
  readonly roles: readonly string[];
}

export interface Role {
  readonly id: string;
  readonly name: string;
  /** Set for the role that Discord makes for a bot. */
  readonly botId: string | null;
}

export interface Guild {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly roles: readonly Role[];
}

/** A channel of a guild. */
export interface GuildChannel {
  readonly kind: "channel";
  readonly id: string;
  readonly name: string;
  readonly type:
    | ChannelType.GuildText
    | ChannelType.GuildAnnouncement
    | ChannelType.GuildVoice
    | ChannelType.GuildForum;
  readonly guild: Guild;
  /** What the bot may not do there. */
  denied: bigint;
}

/** Where the bot and one person talk. */
export interface DirectMessages {
  readonly kind: "direct";
  readonly id: string;
  /** The person's. */
  readonly name: string;
  readonly type: ChannelType.DM;
  readonly person: Person;
}

export interface Thread {
  readonly kind: "thread";
  /** The id of the message that it was made from, if it was. */
  readonly id: string;
  name: string;
  readonly type: ChannelType.PublicThread | ChannelType.AnnouncementThread | ChannelType.PrivateThread;
  readonly parent: GuildChannel;
  readonly ownerId: string;
  readonly madeAtMs: number;
  archived: boolean;
  locked: boolean;
  archiveMinutes: number;
  archiveChangedAtMs: number;
  messages: number;
}

/** Where messages stand. */
export type Place = GuildChannel | DirectMessages | Thread;

/** Who and what there is, by name or by id. */
export interface World {
  readonly applicationId: string;
  readonly bot: Person;
  readonly guild: Guild;
  /** The first is `guild`. */
  readonly guilds: readonly Guild[];
  readonly people: readonly Person[];
  /** Channels of guilds. */
  readonly channels: readonly GuildChannel[];
  /** @throws {Error} For nobody of this world. */
  person(nameOrId: string): Person;
  /** Anybody who ever wrote, by id. */
  findUser(id: string): Person | undefined;
  /** Another bot or a webhook of this name or id, made when it is first asked for. */
  stranger(kind: "bot" | "webhook", nameOrId: string): Person;
  role(name: string): Role;
  /** A channel by name or id, a thread or direct messages by id. @throws {Error} For none of this world. */
  place(nameOrId: string): Place;
  findPlace(id: string): Place | undefined;
  /** @throws {Error} For no channel of a guild. */
  channel(nameOrId: string): GuildChannel;
  directMessages(nameOrId: string): DirectMessages;
  threads(): readonly Thread[];
  add(thread: Thread): void;
  remove(place: Place): void;
  /** Whether the bot may do this there. */
  botMay(place: Place, permission: Permission): boolean;
  botPermissions(place: Place): bigint;
  /** Takes these permissions from the bot in a channel, or gives them back. */
  deny(channel: GuildChannel, permissions: readonly Permission[]): void;
  allow(channel: GuildChannel, permissions: readonly Permission[]): void;
}

/** Ids that one can tell apart when reading: the second digit says of what. */
function ids(kind: number): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `1${kind}000000000000${String(count).padStart(3, "0")}`;
  };
}

const TYPES = {
  text: ChannelType.GuildText,
  announcement: ChannelType.GuildAnnouncement,
  voice: ChannelType.GuildVoice,
  forum: ChannelType.GuildForum,
} as const;

/** What keeps the bot out of a channel. */
export const OUT: readonly Permission[] = ["VIEW_CHANNEL", "SEND_MESSAGES", "SEND_MESSAGES_IN_THREADS"];

export function createWorld(settings: Settings): World {
  const [userIds, strangerIds, guildIds, channelIds, roleIds, dmIds] = [1, 2, 3, 4, 5, 6].map(ids) as [
    () => string,
    () => string,
    () => string,
    () => string,
    () => string,
    () => string,
  ];
  const bot: Person = { id: "170000000000000001", name: "vtip", isBot: true, roles: [roleIds()] };
  const roles = [
    { id: bot.roles[0] ?? "", name: "vtip", botId: bot.id },
    ...settings.roles.map(({ name }) => ({ id: roleIds(), name, botId: null })),
  ];
  const people = settings.users.map((name) => ({ id: userIds(), name, isBot: false, roles: rolesOf(name) }));
  const ownerId = people[0]?.id ?? bot.id;
  const guild: Guild = newGuild("Company", roles);
  const second = settings.secondGuild === undefined ? [] : [newGuild(settings.secondGuild.name, [])];
  const channels = [
    ...settings.channels.map((wanted) => newChannel(guild, wanted)),
    ...second.flatMap(
      (other) => settings.secondGuild?.channels.map((wanted) => newChannel(other, wanted)) ?? [],
    ),
  ];
  const direct = people.map((person): DirectMessages => ({
    kind: "direct",
    id: dmIds(),
    name: person.name,
    type: ChannelType.DM,
    person,
  }));
  const places = new Map<string, Place>([...channels, ...direct].map((place) => [place.id, place]));
  const strangers = new Map<string, Person>();

  function rolesOf(name: string): readonly string[] {
    return settings.roles.flatMap((role, number) =>
      role.members.includes(name) ? [roles[number + 1]?.id ?? ""] : [],
    );
  }

  function newGuild(name: string, own: readonly Role[]): Guild {
    const id = guildIds();
    return { id, name, ownerId, roles: [{ id, name: "@everyone", botId: null }, ...own] };
  }

  function newChannel(
    of: Guild,
    { name, botMaySend = true, lacks = [], type = "text" }: ChannelOptions,
  ): GuildChannel {
    const denied = bitsOf(lacks) | (botMaySend ? 0n : bitsOf(OUT));
    return { kind: "channel", id: channelIds(), name, type: TYPES[type], guild: of, denied };
  }

  function botPermissions(place: Place): bigint {
    if (place.kind === "direct") return EVERYTHING_GRANTED;
    return EVERYTHING_GRANTED & ~(place.kind === "thread" ? place.parent : place).denied;
  }

  const person = (nameOrId: string) => found(people, nameOrId);
  const channel = (nameOrId: string) =>
    found(
      channels.filter(({ id }) => places.has(id)),
      nameOrId,
    );
  return {
    applicationId: "180000000000000001",
    bot,
    guild,
    guilds: [guild, ...second],
    people,
    channels,
    person,
    findUser: (id) => [bot, ...people, ...strangers.values()].find((one) => one.id === id),
    stranger(kind, nameOrId) {
      const known = [...strangers.values()].find(({ id, name }) => id === nameOrId || name === nameOrId);
      if (known !== undefined) return known;
      const id = /^\d{15,}$/.test(nameOrId) ? nameOrId : strangerIds();
      const one = { id, name: nameOrId, isBot: kind === "bot" || kind === "webhook", roles: [] };
      strangers.set(id, one);
      return one;
    },
    role: (name) => found(roles, name),
    place: (nameOrId) => places.get(nameOrId) ?? channel(nameOrId),
    findPlace: (id) => places.get(id),
    channel,
    directMessages: (nameOrId) => found(direct, person(nameOrId).name),
    threads: () => [...places.values()].filter((place) => place.kind === "thread"),
    add: (thread) => void places.set(thread.id, thread),
    remove: ({ id }) => void places.delete(id),
    botMay: (place, permission) => (botPermissions(place) & bitsOf([permission])) !== 0n,
    botPermissions,
    deny(place, permissions) {
      place.denied |= bitsOf(permissions);
    },
    allow(place, permissions) {
      place.denied &= ~bitsOf(permissions);
    },
  };
}

function found<T extends { readonly id: string; readonly name: string }>(
  list: readonly T[],
  nameOrId: string,
): T {
  const one = list.find(({ id, name }) => id === nameOrId || name === nameOrId);
  if (one !== undefined) return one;
  throw new Error(`there is no ${nameOrId} among ${list.map(({ name }) => name).join(", ")}`);
}
