import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import type { StandinOptions } from "../src/demo/standin.ts";

/** How the stand-in is to behave. */
export interface StandinChildOptions extends Pick<
  StandinOptions,
  "keys" | "windowMs" | "bodyBytes" | "latencyMs"
> {
  /** So many of the benchmark's indicators are on record for certain; of the others some are not. */
  readonly known: number;
}

/** What the stand-in saw, over all keys. */
export interface StandinCounts {
  /** Most requests of one key that counted in any one sliding window. */
  readonly worstWindow: number;
  readonly taken: number;
  /** Answered with 429. */
  readonly refused: number;
  /** From the first request to the last, in ms. */
  readonly spanMs: number;
}

/** A running stand-in. */
export interface StandinChild {
  readonly url: string;
  count(): Promise<StandinCounts>;
}

const PROCESS = new URL("./standin-process.ts", import.meta.url);

/** Runs `work` beside a stand-in in a process of its own, which ends afterwards. */
export async function withStandin<T>(
  options: StandinChildOptions,
  work: (standin: StandinChild) => Promise<T>,
): Promise<T> {
  const child = fork(fileURLToPath(PROCESS), [JSON.stringify(options)], { execArgv: ["--import", "tsx"] });
  const exited = once(child, "exit");
  try {
    const { url } = await nextMessage<{ url: string }>(child);
    return await work({
      url,
      async count() {
        const reply = nextMessage<StandinCounts>(child);
        child.send("count");
        return reply;
      },
    });
  } finally {
    if (child.connected) child.disconnect();
    await exited;
  }
}

async function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  const ended = new AbortController();
  const died = once(child, "exit", { signal: ended.signal }).then(([status]): never => {
    throw new Error(`The stand-in's process ended with status ${String(status)}.`);
  });
  died.catch(() => undefined);
  try {
    const [message] = (await Promise.race([once(child, "message"), died])) as [Message];
    return message;
  } finally {
    ended.abort();
  }
}
