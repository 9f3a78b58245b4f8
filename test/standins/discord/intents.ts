import { type APIMessage, GatewayIntentBits } from "discord-api-types/v10";

import type { PrivilegedIntent } from "./options.ts";

const PRIVILEGED: Readonly<Record<PrivilegedIntent, number>> = {
  MESSAGE_CONTENT: GatewayIntentBits.MessageContent,
  GUILD_MEMBERS: GatewayIntentBits.GuildMembers,
  GUILD_PRESENCES: GatewayIntentBits.GuildPresences,
};

const KNOWN = Object.values(GatewayIntentBits)
  .filter((bit) => typeof bit === "number")
  .reduce((all, bit) => all | bit, 0);

/** How Discord closes a connection that asks for these: 4013, 4014, or not at all. */
export function intentsRefusal(intents: unknown, granted: readonly PrivilegedIntent[]): 4013 | 4014 | null {
  if (!Number.isInteger(intents) || (Number(intents) & ~KNOWN) !== 0) return 4013;
  const missing = Object.entries(PRIVILEGED).some(
    ([name, bit]) => (Number(intents) & bit) !== 0 && !granted.includes(name as PrivilegedIntent),
  );
  return missing ? 4014 : null;
}

/**
 * The message as a bot without MESSAGE_CONTENT gets it (events/gateway#message-content-intent): whole when it is its own,
 * a direct one, or mentions it.
 */
export function withoutContent<Message extends APIMessage>(
  message: Message,
  botId: string,
  isDirect: boolean,
): Message {
  const { referenced_message: answered } = message;
  const inner =
    answered === undefined || answered === null
      ? {}
      : { referenced_message: withoutContent(answered, botId, isDirect) };
  const isWhole = isDirect || message.author.id === botId || message.mentions.some(({ id }) => id === botId);
  if (isWhole) return { ...message, ...inner };
  return { ...message, content: "", embeds: [], attachments: [], components: [], ...inner };
}
