import type { Env } from "../env.ts";
import { feedCommand } from "./block-notice-command.ts";
import { toCommandEnv } from "./block-notice-run.ts";
import { tellWebhook } from "./block-notice-webhook.ts";
import type { ChatTools } from "./chat-tools.ts";

/** Tells BLOCK_WEBHOOK_URL of every change of the blacklist, where it is set, until the program ends. */
export async function tellTheWebhook(tools: ChatTools): Promise<void> {
  const { blockWebhookUrl: url, blockWebhookSecret: secret } = tools.config;
  if (url !== null) await tellWebhook(tools, { url, secret });
}

/**
 * Hands every change of the blacklist to BLOCK_COMMAND, where it is set, until the program ends: it may well load a
 * firewall of this machine, so each process that has one runs it. `env` gives it its PATH and the like.
 */
export async function feedTheCommand(tools: ChatTools, env: Env): Promise<void> {
  const { blockCommand: words } = tools.config;
  if (words !== null) await feedCommand(tools, { words, env: toCommandEnv(env) });
}

/** What a person should know about these settings when the bot starts. */
export function noticeWarnings({ config }: Pick<ChatTools, "config">): readonly string[] {
  if (config.blockWebhookUrl === null || config.blockWebhookSecret !== null) return [];
  return [
    "BLOCK_WEBHOOK_SECRET is not set: messages to BLOCK_WEBHOOK_URL are not signed, so who gets them cannot tell that they are vtip's.",
  ];
}
