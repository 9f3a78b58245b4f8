import { fileURLToPath } from "node:url";

import { freePort } from "../test/free-port.ts";
import { withBot, type BotProcess } from "./bot-process.ts";
import { builtMain } from "./built.ts";
import { withSlack, type SlackChild } from "./slack-child.ts";
import type { Workspace } from "./workspace.ts";

/** How Slack reaches a bot. */
export const TRANSPORTS = ["Socket Mode", "HTTP"] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** A bot that is connected, and the Slack that it serves. */
export interface ChatStage {
  readonly slack: SlackChild;
  readonly bot: BotProcess;
}

/** `vtip`: `vtip serve` as it was built. `bare`: a Bolt app that only acknowledges. */
type Program = "vtip" | "bare";

/** Runs `work` beside a bot and a Slack of its own, each in a process of its own. */
export async function withChat<T>(
  program: Program,
  transport: Transport,
  { folder, env }: Workspace,
  work: (stage: ChatStage) => Promise<T>,
): Promise<T> {
  return withSlack(async (slack) => {
    const own = await toTransport(transport, slack);
    const settings = { ...env, ...own, SLACK_API_URL: slack.apiUrl, SLACK_BOT_TOKEN: slack.botToken };
    return withBot({ args: ARGS[program], folder, env: settings }, async (bot) => work({ slack, bot }));
  });
}

const ARGS: Readonly<Record<Program, readonly string[]>> = {
  vtip: [fileURLToPath(builtMain), "serve"],
  bare: ["--import", import.meta.resolve("tsx"), fileURLToPath(new URL("./bare-bolt.ts", import.meta.url))],
};

async function toTransport(
  transport: Transport,
  slack: SlackChild,
): Promise<Readonly<Record<string, string>>> {
  switch (transport) {
    case "Socket Mode":
      return { SLACK_APP_TOKEN: slack.appToken };
    case "HTTP": {
      const port = await freePort();
      await slack.order({ kind: "use-http", url: `http://127.0.0.1:${port}/slack/events` });
      return { SLACK_SIGNING_SECRET: slack.signingSecret, SLACK_PORT: String(port) };
    }
  }
}
