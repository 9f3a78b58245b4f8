import type { Permission } from "./permissions.ts";

/** How a stand-in is started; all of it may be left out. */
export interface DiscordOptions {
  /** alice, bob, carol and dave unless said. */
  readonly users?: readonly string[];
  /** #triage and #incidents with the bot, #outside without it, unless said. */
  readonly channels?: readonly ChannelOptions[];
  /** The role `analysts` (bob and carol) unless said. */
  readonly roles?: readonly RoleOptions[];
  /** A second guild that the bot is in, with the same people. */
  readonly secondGuild?: { readonly name: string; readonly channels: readonly ChannelOptions[] };
  /** Privileged intents that are switched on in the portal; MESSAGE_CONTENT unless said. */
  readonly intents?: readonly PrivilegedIntent[];
  /** Time to answer an interaction; 3 s. */
  readonly ackMs?: number;
  /** How long an interaction's token lives; 15 min. */
  readonly tokenMs?: number;
  /** In bytes, of each file; 10 MiB. */
  readonly attachmentSizeLimit?: number;
  /** How long the address of an attachment lives; a day. */
  readonly attachmentMs?: number;
  /** How long a nonce is known; 3 min. */
  readonly nonceMs?: number;
  /** 41.25 s. */
  readonly heartbeatMs?: number;
  /** How many threads may be active in a guild; 1000. */
  readonly activeThreads?: number;
  /** Who takes no direct messages from the bot. */
  readonly refuseDirect?: readonly string[];
  /** Small limits of calls, by route; others have room enough. */
  readonly rateLimits?: Readonly<Record<string, RateLimit>>;
}

/** How often one route may be called, for each channel, guild or webhook. */
export interface RateLimit {
  readonly limit: number;
  readonly windowMs: number;
}

export type PrivilegedIntent = "MESSAGE_CONTENT" | "GUILD_MEMBERS" | "GUILD_PRESENCES";

/** A channel as a test asks for it. */
export interface ChannelOptions {
  readonly name: string;
  /** Left out, it may. If not, the bot neither sees the channel nor writes there (50001). */
  readonly botMaySend?: boolean;
  /** Permissions that the bot has not got there (50013; without VIEW_CHANNEL 50001). */
  readonly lacks?: readonly Permission[];
  readonly type?: "text" | "announcement" | "voice" | "forum";
}

interface RoleOptions {
  readonly name: string;
  /** By name. */
  readonly members: readonly string[];
}

/** The options with what was left out. */
export type Settings = Required<Omit<DiscordOptions, "secondGuild">> & Pick<DiscordOptions, "secondGuild">;

export function complete(options: DiscordOptions): Settings {
  const { users = ["alice", "bob", "carol", "dave"] } = options;
  return {
    users,
    channels: [{ name: "triage" }, { name: "incidents" }, { name: "outside", botMaySend: false }],
    roles: [{ name: "analysts", members: users.slice(1, 3) }],
    intents: ["MESSAGE_CONTENT"],
    ackMs: 3_000,
    tokenMs: 15 * 60_000,
    attachmentSizeLimit: 10 * 1024 * 1024,
    attachmentMs: 24 * 60 * 60_000,
    nonceMs: 3 * 60_000,
    heartbeatMs: 41_250,
    activeThreads: 1_000,
    refuseDirect: [],
    rateLimits: {},
    ...options,
  };
}
