import { onTestFinished, vi } from "vitest";

import { createAdapter } from "../../adapters/slack/index.ts";
import type { Adapter, AdapterLog, Bot, Conversation, Incoming, Reply } from "../../src/contract.ts";
import { startSlack, type Slack, type SlackOptions } from "../standins/slack/slack.ts";

export const MODES = ["socket", "http"] as const;
export type Mode = (typeof MODES)[number];

/** What the adapter logged. */
export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly data: Readonly<Record<string, unknown>>;
  readonly sentence: string;
}

/** A request as the core got it. */
interface Handled {
  readonly incoming: Incoming;
  readonly conversation: Conversation;
}

/** Slack, the adapter, and in the core's place one that writes down what it is handed. */
export interface AdapterStage {
  readonly slack: Slack;
  readonly adapter: Adapter;
  readonly accepted: readonly Incoming[];
  readonly handled: readonly Handled[];
  readonly log: readonly LogLine[];
  /** Waits for the n-th request, the first unless said. */
  next(n?: number): Promise<Handled>;
  /** What happens before a request counts as written down. */
  onAccept(act: (incoming: Incoming) => Promise<void>): void;
  /** What is done with each request. */
  onHandle(act: (handled: Handled) => Promise<void>): void;
}

export interface AdapterOptions {
  readonly mode?: Mode;
  readonly slack?: SlackOptions;
  readonly env?: Readonly<Record<string, string>>;
}

export function notice(text: string): Reply {
  return { kind: "notice", tone: "info", text };
}

export async function openAdapter({
  mode = "socket",
  slack: options,
  env,
}: AdapterOptions = {}): Promise<AdapterStage> {
  const slack = await startSlack(options);
  onTestFinished(() => slack.stop());
  const lines: LogLine[] = [];
  const adapter = createAdapter({ ...environment(slack, mode), ...env }, createLog(lines));
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
    next: (n = 0) =>
      vi.waitFor(
        () => {
          const handled = core.handled[n];
          if (handled === undefined) throw new Error(`request ${n} never came`);
          return handled;
        },
        { timeout: 3000, interval: 5 },
      ),
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

export function createLog(lines: LogLine[]): AdapterLog {
  const level = (name: LogLine["level"]) => (data: LogLine["data"], sentence: string) => {
    lines.push({ level: name, data, sentence });
  };
  return { debug: level("debug"), info: level("info"), warn: level("warn"), error: level("error") };
}

function portIn(lines: readonly LogLine[]): string {
  return String(lines.find(({ sentence }) => sentence === "listening for slack")?.data["port"]);
}

function createCore() {
  const known = new Set<string>();
  const accepted: Incoming[] = [];
  const handled: Handled[] = [];
  let accept: ((incoming: Incoming) => Promise<void>) | null = null;
  let handle: ((handled: Handled) => Promise<void>) | null = null;
  const bot: Bot = {
    async accept(incoming) {
      await accept?.(incoming);
      if (known.has(incoming.delivery)) return false;
      known.add(incoming.delivery);
      accepted.push(incoming);
      return true;
    },
    async handle(incoming, conversation) {
      handled.push({ incoming, conversation });
      await handle?.({ incoming, conversation });
    },
    overview: async () => notice("2 scans are running"),
  };
  return {
    bot,
    accepted,
    handled,
    onAccept(act: (incoming: Incoming) => Promise<void>) {
      accept = act;
    },
    onHandle(act: (handled: Handled) => Promise<void>) {
      handle = act;
    },
  };
}
