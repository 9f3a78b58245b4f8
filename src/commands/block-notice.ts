import type { Env } from "../env.ts";
import { feedCommand } from "./block-notice-command.ts";
import { toCommandEnv } from "./block-notice-run.ts";
import { tellWebhook } from "./block-notice-webhook.ts";
import type { ChatTools } from "./chat-tools.ts";

/**
 * Lets others know of every change of the blacklist until the program ends, as far as the settings name any: without
 * them nothing is started. Each goes on by itself and holds nothing else up. `env` gives a command its PATH and the like.
 */
export function tellOthers(tools: ChatTools, env: Env): void {
  const { blockWebhookUrl: url, blockWebhookSecret: secret, blockCommand: words } = tools.config;
  if (url !== null) tools.track("webhook", tellWebhook(tools, { url, secret }));
  if (words !== null) tools.track("command", feedCommand(tools, { words, env: toCommandEnv(env) }));
}

/** What a person should know about these settings when the bot starts. */
export function noticeWarnings({ config }: Pick<ChatTools, "config">): readonly string[] {
  if (config.blockWebhookUrl === null || config.blockWebhookSecret !== null) return [];
  return [
    "BLOCK_WEBHOOK_SECRET is not set: messages to BLOCK_WEBHOOK_URL are not signed, so who gets them cannot tell that they are vtip's.",
  ];
}
