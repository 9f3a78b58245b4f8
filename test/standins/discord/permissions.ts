import { PermissionFlagsBits } from "discord-api-types/v10";

/** What everybody may do in every channel, the bot included, unless a channel denies it. */
const GRANTED = [
  "VIEW_CHANNEL",
  "SEND_MESSAGES",
  "SEND_MESSAGES_IN_THREADS",
  "CREATE_PUBLIC_THREADS",
  "CREATE_PRIVATE_THREADS",
  "EMBED_LINKS",
  "ATTACH_FILES",
  "READ_MESSAGE_HISTORY",
  "ADD_REACTIONS",
  "MENTION_EVERYONE",
  "USE_EXTERNAL_EMOJIS",
  "USE_APPLICATION_COMMANDS",
] as const;

/** A permission by Discord's name of it. */
export type Permission = (typeof GRANTED)[number] | "MANAGE_THREADS" | "MANAGE_MESSAGES";

export const EVERYTHING_GRANTED = bitsOf(GRANTED);

export function bitsOf(names: readonly Permission[]): bigint {
  return names.reduce((bits, name) => bits | bitOf(name), 0n);
}

function bitOf(name: Permission): bigint {
  const key = name
    .split("_")
    .map((word) => `${word.charAt(0)}${word.slice(1).toLowerCase()}`)
    .join("");
  const bit = (PermissionFlagsBits as Readonly<Record<string, bigint>>)[key];
  if (bit === undefined) throw new Error(`Discord has no permission ${name}`);
  return bit;
}
