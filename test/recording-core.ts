import { vi } from "vitest";

import type { AdapterLog, Bot, Conversation, Incoming, Reply } from "../src/contract.ts";

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

/** In the core's place: writes down what an adapter hands it. */
export interface RecordingCore {
  readonly bot: Bot;
  readonly accepted: readonly Incoming[];
  readonly handled: readonly Handled[];
  /** Waits for the n-th request, the first unless said. */
  next(n?: number): Promise<Handled>;
  /** What happens before a request counts as written down. */
  onAccept(act: (incoming: Incoming) => Promise<void>): void;
  /** What is done with each request. */
  onHandle(act: (handled: Handled) => Promise<void>): void;
}

export function notice(text: string): Reply {
  return { kind: "notice", tone: "info", text };
}

export function createLog(lines: LogLine[]): AdapterLog {
  const level = (name: LogLine["level"]) => (data: LogLine["data"], sentence: string) => {
    lines.push({ level: name, data, sentence });
  };
  return { debug: level("debug"), info: level("info"), warn: level("warn"), error: level("error") };
}

export function createCore(): RecordingCore {
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
    next: (n = 0) =>
      vi.waitFor(
        () => {
          const request = handled[n];
          if (request === undefined) throw new Error(`request ${n} never came`);
          return request;
        },
        { timeout: 3000, interval: 5 },
      ),
    onAccept(act: (incoming: Incoming) => Promise<void>) {
      accept = act;
    },
    onHandle(act: (handled: Handled) => Promise<void>) {
      handle = act;
    },
  };
}
