import { onTestFinished } from "vitest";

import { createAdapter } from "../../adapters/slack/index.ts";
import type { Adapter } from "../../src/contract.ts";
import { createCore, createLog, type LogLine, type RecordingCore } from "../recording-core.ts";
import { startSlack, type Slack, type SlackOptions } from "../standins/slack/slack.ts";

export const MODES = ["socket", "http"] as const;
export type Mode = (typeof MODES)[number];

/** Slack, the adapter, and in the core's place one that writes down what it is handed. */
export interface AdapterStage extends RecordingCore {
  readonly slack: Slack;
  readonly adapter: Adapter;
  readonly log: readonly LogLine[];
}

export interface AdapterOptions {
  readonly mode?: Mode;
  readonly slack?: SlackOptions;
  readonly env?: Readonly<Record<string, string>>;
}

export async function openAdapter({
  mode = "socket",
  slack: options,
  env,
}: AdapterOptions = {}): Promise<AdapterStage> {
  const slack = await startSlack(options);
  onTestFinished(() => slack.stop());
  const lines: LogLine[] = [];
  const adapter = await createAdapter({ ...environment(slack, mode), ...env }, createLog(lines));
  if (adapter === null) throw new Error("there is no adapter");
  const core = createCore();
  await adapter.start(core.bot);
  onTestFinished(() => adapter.stop());
  if (mode === "http") slack.useHttp(`http://127.0.0.1:${portIn(lines)}/slack/events`);
  return {
    ...core,
    slack,
    adapter,
    log: lines,
  };
}

export function environment(slack: Slack, mode: Mode): Record<string, string> {
  return {
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    ...(mode === "socket"
      ? { SLACK_APP_TOKEN: slack.appToken }
      : { SLACK_SIGNING_SECRET: slack.signingSecret, SLACK_PORT: "0" }),
  };
}

function portIn(lines: readonly LogLine[]): string {
  return String(lines.find(({ sentence }) => sentence === "listening for slack")?.data["port"]);
}
