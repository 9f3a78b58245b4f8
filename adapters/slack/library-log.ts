import { LogLevel, type Logger } from "@slack/bolt";

import type { AdapterLog } from "../../src/contract.ts";

const TOKEN = /\bx(?:ox[a-z]|app)-[\w-]+/g;
const TICKET = /([?&]ticket=)[^&\s]+/g;
const MOST_CHARACTERS = 500;

/**
 * What Slack's libraries have to say goes to our log. Their debug lines carry whole messages and are dropped;
 * in the others, tokens are hidden.
 */
export function createLibraryLog(log: AdapterLog): Logger {
  return {
    debug: () => undefined,
    info: (...parts: unknown[]) => log.debug({ detail: toDetail(parts) }, "slack's library says"),
    warn: (...parts: unknown[]) => log.warn({ detail: toDetail(parts) }, "slack's library warns"),
    error: (...parts: unknown[]) => log.warn({ detail: toDetail(parts) }, "slack's library met an error"),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}

function toDetail(parts: readonly unknown[]): string {
  const words = parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" ");
  return words.replaceAll(TOKEN, "[hidden]").replaceAll(TICKET, "$1[hidden]").slice(0, MOST_CHARACTERS);
}
