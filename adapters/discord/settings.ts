import { z } from "zod";

import { apiUrl, readEnv, withSecretFiles, words, type Env } from "../../src/env.ts";

const PLATFORM = "discord:";
/** What may stand in a file that `<name>_FILE` names. */
const SECRETS = /^DISCORD_TOKEN$/u;
const SNOWFLAKE = /^\d{5,20}$/;

/** What the environment says about Discord. */
export interface Settings {
  readonly token: string;
  /** Where the commands are registered; null: for every server. */
  readonly guildId: string | null;
  /** Without a version and without a last slash. */
  readonly apiUrl: string;
  /** Ids of Discord, without `discord:`. */
  readonly watchChannels: ReadonlySet<string>;
  readonly watchBots: ReadonlySet<string>;
}

const schema = z.object({
  DISCORD_TOKEN: z
    .string("is missing: copy the token of the page Bot in the developer portal")
    .transform((token) => token.replace(/^Bot\s+/, ""))
    .refine((token) => !/\s/.test(token), "must be the token of the page Bot, without spaces"),
  DISCORD_GUILD_ID: z
    .string()
    .regex(SNOWFLAKE, "must be the id of a server: digits only (Developer Mode, Copy Server ID)")
    .optional(),
  DISCORD_API_URL: apiUrl("https://discord.com/api"),
  WATCH_CHANNELS: words(""),
  WATCH_BOTS: words(""),
});

/** Null without a token. @throws an Error with exitStatus 3 that names every wrong variable. */
export function readSettings(variables: Env): Settings | null {
  const env = withSecretFiles(variables, SECRETS);
  if (!env["DISCORD_TOKEN"]?.trim()) return null;
  const given = readEnv(schema, env);
  return {
    token: given.DISCORD_TOKEN,
    guildId: given.DISCORD_GUILD_ID ?? null,
    apiUrl: given.DISCORD_API_URL,
    watchChannels: ofDiscord(given.WATCH_CHANNELS),
    watchBots: ofDiscord(given.WATCH_BOTS),
  };
}

function ofDiscord(ids: readonly string[]): ReadonlySet<string> {
  return new Set(ids.filter((id) => id.startsWith(PLATFORM)).map((id) => id.slice(PLATFORM.length)));
}
