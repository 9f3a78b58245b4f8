import { App, type Logger, LogLevel } from "@slack/bolt";
import { onTestFinished } from "vitest";

import type { Slack } from "./slack.ts";

/** The two ways in which Slack reaches a bot. */
export const MODES = ["socket", "http"] as const;

export type Mode = (typeof MODES)[number];

/** Connections are cut on purpose: what Bolt says about it is of no use. */
const SILENT: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
};

/** A real Bolt app, started, and stopped after the test; the stand-in reaches it in this mode. */
export async function startBot(slack: Slack, mode: Mode, prepare: (app: App) => void): Promise<App> {
  const app = new App({
    token: slack.botToken,
    signingSecret: slack.signingSecret,
    logger: SILENT,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
    ...(mode === "socket" && { socketMode: true, appToken: slack.appToken }),
  });
  app.error(async (error) => {
    throw error;
  });
  prepare(app);
  if (mode === "socket") await app.start();
  else slack.useHttp(addressOf(await app.start({ port: 0, host: "127.0.0.1" })));
  onTestFinished(async () => {
    await app.stop();
  });
  await slack.until(() => mode === "http" || slack.connections() > 0, "a connection");
  return app;
}

function addressOf(server: unknown): string {
  const { port } = (server as { address(): { port: number } }).address();
  return `http://127.0.0.1:${port}/slack/events`;
}
