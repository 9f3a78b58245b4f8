import {
  type APIPublicThreadChannel,
  type APIApplication,
  type APIChannel,
  type APIDMChannel,
  type APIGuildMember,
  type APIRole,
  type APITextChannel,
  type APIUser,
  type APIThreadChannel,
  ApplicationFlags,
  type ChannelFlags,
  type GatewayGuildCreateDispatchData,
  type GuildMemberFlags,
  Locale,
  OverwriteType,
  type RoleFlags,
  type UserFlags,
} from "discord-api-types/v10";

import type { PrivilegedIntent } from "./options.ts";
import { EVERYTHING_GRANTED } from "./permissions.ts";
import type { DirectMessages, Guild, GuildChannel, Person, Place, Role, Thread, World } from "./world.ts";

const MADE_AT = "2024-01-01T00:00:00.000000+00:00";

export function toUser({ id, name, isBot }: Person): APIUser {
  return {
    id,
    username: name,
    discriminator: isBot ? "0001" : "0",
    global_name: isBot ? null : `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    avatar: null,
    public_flags: 0 as UserFlags,
    ...(isBot && { bot: true }),
  };
}

/** Without `user`, as Discord leaves it out beside the author of a message. */
export function toMember({ roles }: Person, guild: Guild): Omit<APIGuildMember, "user"> {
  return {
    nick: null,
    avatar: null,
    banner: null,
    roles: roles.filter((role) => guild.roles.some(({ id }) => id === role)),
    joined_at: MADE_AT,
    premium_since: null,
    communication_disabled_until: null,
    pending: false,
    deaf: false,
    mute: false,
    flags: 0 as GuildMemberFlags,
  };
}

export function toRole({ id, name, botId }: Role, position: number): APIRole {
  return {
    id,
    name,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position,
    permissions: String(name === "@everyone" ? EVERYTHING_GRANTED : 0n),
    managed: botId !== null,
    mentionable: botId === null && name !== "@everyone",
    flags: 0 as RoleFlags,
    ...(botId !== null && { tags: { bot_id: botId } }),
  };
}

export function toChannel(place: Place, world: World): APIChannel {
  switch (place.kind) {
    case "thread":
      return toThread(place);
    case "direct":
      return toDirect(place);
    case "channel":
      return toGuildChannel(place, world);
  }
}

function toGuildChannel({ id, name, type, guild, denied }: GuildChannel, world: World): APIChannel {
  const overwrite = { id: world.bot.id, type: OverwriteType.Member, allow: "0", deny: String(denied) };
  const raw = {
    id,
    type,
    name,
    guild_id: guild.id,
    position: world.channels.findIndex((channel) => channel.id === id),
    permission_overwrites: denied === 0n ? [] : [overwrite],
    parent_id: null,
    topic: null,
    nsfw: false,
    last_message_id: null,
    rate_limit_per_user: 0,
    flags: 0 as ChannelFlags,
  } satisfies Omit<APITextChannel, "type"> & { readonly type: number };
  return raw as unknown as APIChannel;
}

function toDirect({ id, type, person }: DirectMessages): APIDMChannel {
  return {
    id,
    type,
    name: null,
    last_message_id: null,
    flags: 0 as ChannelFlags,
    recipients: [toUser(person)],
  };
}

export function toThread(thread: Thread): APIThreadChannel {
  const { id, name, type, parent, ownerId, messages } = thread;
  const raw = {
    id,
    type,
    name,
    guild_id: parent.guild.id,
    parent_id: parent.id,
    owner_id: ownerId,
    last_message_id: null,
    message_count: messages,
    total_message_sent: messages,
    member_count: 1,
    rate_limit_per_user: 0,
    flags: 0 as ChannelFlags,
    thread_metadata: {
      archived: thread.archived,
      locked: thread.locked,
      auto_archive_duration: thread.archiveMinutes,
      archive_timestamp: new Date(thread.archiveChangedAtMs).toISOString(),
      create_timestamp: new Date(thread.madeAtMs).toISOString(),
    },
  } satisfies Omit<APIPublicThreadChannel, "type" | "applied_tags" | "thread_metadata"> &
    Record<string, unknown>;
  return raw;
}

/** As `GET /guilds/:id` gives it. */
export function toGuild({ id, name, ownerId, roles }: Guild) {
  return {
    id,
    name,
    description: null,
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    owner_id: ownerId,
    region: null,
    afk_channel_id: null,
    afk_timeout: 300,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    mfa_level: 0,
    nsfw_level: 0,
    premium_tier: 0,
    premium_subscription_count: 0,
    premium_progress_bar_enabled: false,
    preferred_locale: Locale.EnglishUS,
    application_id: null,
    vanity_url_code: null,
    features: [],
    emojis: [],
    stickers: [],
    roles: roles.map(toRole),
    max_members: 500_000,
    max_presences: null,
    hub_type: null,
    incidents_data: null,
  };
}

export function toGuildCreate(guild: Guild, world: World): GatewayGuildCreateDispatchData {
  const raw = {
    ...toGuild(guild),
    joined_at: MADE_AT,
    large: false,
    unavailable: false,
    member_count: world.people.length + 1,
    members: [{ ...toMember(world.bot, guild), user: toUser(world.bot) }],
    channels: world.channels
      .filter((channel) => channel.guild.id === guild.id)
      .map((channel) => toGuildChannel(channel, world)),
    threads: world
      .threads()
      .filter(({ parent, archived }) => parent.guild.id === guild.id && !archived)
      .map(toThread),
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
  return raw as unknown as GatewayGuildCreateDispatchData;
}

export function toApplication(world: World, intents: readonly PrivilegedIntent[]): Partial<APIApplication> {
  return {
    id: world.applicationId,
    name: world.bot.name,
    icon: null,
    description: "",
    bot_public: false,
    bot_require_code_grant: false,
    verify_key: "0".repeat(64),
    flags: applicationFlags(intents),
    owner: toUser(world.people[0] ?? world.bot),
    bot: toUser(world.bot),
  };
}

/** By these one sees which privileged intents are switched on. */
export function applicationFlags(intents: readonly PrivilegedIntent[]): ApplicationFlags {
  const flags = {
    MESSAGE_CONTENT: ApplicationFlags.GatewayMessageContentLimited,
    GUILD_MEMBERS: ApplicationFlags.GatewayGuildMembersLimited,
    GUILD_PRESENCES: ApplicationFlags.GatewayPresenceLimited,
  };
  return intents.reduce<number>((all, intent) => all | flags[intent], 0);
}
