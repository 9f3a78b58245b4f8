import { type BotIdentity, OWNER, type Upstream } from "./upstream.ts";

/** Somebody who can act. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

/** Where people talk. */
export interface Channel {
  readonly id: string;
  readonly name: string;
  /** Slack's `channel_type`: public, private, direct message. */
  readonly type: "channel" | "group" | "im";
}

/** A channel as a test asks for it. */
export interface ChannelOptions {
  readonly name: string;
  readonly isPrivate?: boolean;
  /** Left out, it is. */
  readonly botIsMember?: boolean;
}

/** Who and what there is, by name or by id. */
export interface World {
  readonly teamId: string;
  readonly teamDomain: string;
  readonly app: BotIdentity;
  readonly people: readonly Person[];
  readonly channels: readonly Channel[];
  /** Handle to members, by name. Ids are `S-HANDLE`. */
  readonly groups: readonly {
    readonly id: string;
    readonly handle: string;
    readonly members: readonly string[];
  }[];
  /** @throws {Error} For nobody of this world. */
  person(nameOrId: string): Person;
  /** @throws {Error} For no channel of this world. */
  channel(nameOrId: string): Channel;
  /** The channel of this name or id, or the direct messages with the person of that id. */
  findChannel(nameOrId: string): Channel | undefined;
  /** Where the bot and this person talk. */
  directMessages(nameOrId: string): Channel;
  /** Its id. */
  dm(nameOrId: string): string;
  hasBot(channel: Channel): boolean;
  invite(channel: Channel): void;
  kick(channel: Channel): void;
}

/** Reads the ids that emulate gave, invites the bot, and opens its direct messages with everybody. */
export async function readWorld(
  upstream: Upstream,
  app: BotIdentity,
  wanted: readonly ChannelOptions[],
  groups: Readonly<Record<string, readonly string[]>>,
): Promise<World> {
  const { members = [] } = (await upstream.call("admin", "users.list", { limit: 1000 })) as {
    members?: readonly { readonly id: string; readonly name: string; readonly is_bot: boolean }[];
  };
  const people = members
    .filter(({ is_bot, id }) => !is_bot && id !== OWNER)
    .map(({ id, name }) => ({ id, name }));
  const channels = await readChannels(upstream, wanted);
  const outside = new Set(wanted.filter(({ botIsMember = true }) => !botIsMember).map(({ name }) => name));
  for (const { id, type } of channels.filter(({ name, type }) => type === "group" && !outside.has(name))) {
    if (type === "group")
      await upstream.call("owner", "conversations.invite", { channel: id, users: app.userId });
  }
  const direct = await Promise.all(people.map((person) => openDirectMessages(upstream, person)));
  return createWorld(app, people, channels, direct, outside, groups);
}

async function readChannels(
  upstream: Upstream,
  wanted: readonly ChannelOptions[],
): Promise<readonly Channel[]> {
  const args = { types: "public_channel,private_channel", limit: 1000 };
  const { channels = [] } = (await upstream.call("owner", "conversations.list", args)) as {
    channels?: readonly { readonly id: string; readonly name: string; readonly is_private: boolean }[];
  };
  return channels
    .filter(({ name }) => wanted.some((channel) => channel.name === name))
    .map(({ id, name, is_private }) => ({ id, name, type: is_private ? "group" : "channel" }));
}

async function openDirectMessages(upstream: Upstream, person: Person): Promise<Channel> {
  const opened = (await upstream.call("admin", "conversations.open", { users: person.id })) as unknown as {
    readonly channel: { readonly id: string };
  };
  return { id: opened.channel.id, name: person.id, type: "im" };
}

function createWorld(
  app: BotIdentity,
  people: readonly Person[],
  channels: readonly Channel[],
  direct: readonly Channel[],
  outside: Set<string>,
  groups: Readonly<Record<string, readonly string[]>>,
): World {
  const all = [...channels, ...direct];
  const person = (nameOrId: string) => found(people, nameOrId);
  return {
    teamId: "T000000001",
    teamDomain: "emulate",
    app,
    people,
    channels: all,
    groups: Object.entries(groups).map(([handle, names]) => ({
      id: `S0${handle.toUpperCase().replaceAll(/[^A-Z0-9]/g, "")}`,
      handle,
      members: names.map((name) => person(name).id),
    })),
    person,
    channel: (nameOrId) => found(all, nameOrId),
    findChannel: (nameOrId) => all.find(({ id, name }) => id === nameOrId || name === nameOrId),
    directMessages: (nameOrId) => found(direct, person(nameOrId).id),
    dm: (nameOrId) => found(direct, person(nameOrId).id).id,
    hasBot: ({ name }) => !outside.has(name),
    invite: ({ name }) => void outside.delete(name),
    kick: ({ name }) => void outside.add(name),
  };
}

function found<T extends Person | Channel>(list: readonly T[], nameOrId: string): T {
  const one = list.find(({ id, name }) => id === nameOrId || name === nameOrId);
  if (one !== undefined) return one;
  throw new Error(`there is no ${nameOrId} among ${list.map(({ name }) => name).join(", ")}`);
}
