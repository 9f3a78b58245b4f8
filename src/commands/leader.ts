import { setMaxListeners } from "node:events";

import type { ChatTools } from "./chat-tools.ts";

/** How often it is looked whose turn it is. */
const EVERY_MS = 1000;

/**
 * Lets `work` run while this process does what one of several does for all, until the program ends. Its `signal` aborts
 * when another one has taken that over. A process that is alone always runs it.
 */
export async function whileLeading(
  tools: ChatTools,
  work: (tools: ChatTools) => Promise<void>,
): Promise<void> {
  const { presence, clock, signal } = tools;
  if (presence === null) return work(tools);
  while (!signal.aborted) {
    if (presence.isLeader()) await workUntilLost(tools, presence, work);
    await clock.wait(EVERY_MS, signal);
  }
}

async function workUntilLost(
  tools: ChatTools,
  presence: NonNullable<ChatTools["presence"]>,
  work: (tools: ChatTools) => Promise<void>,
): Promise<void> {
  const lost = new AbortController();
  setMaxListeners(0, lost.signal);
  const timer = setInterval(() => {
    if (!presence.isLeader() || tools.signal.aborted) lost.abort();
  }, EVERY_MS);
  const abort = () => lost.abort();
  tools.signal.addEventListener("abort", abort, { once: true });
  try {
    await work({ ...tools, signal: lost.signal });
  } finally {
    clearInterval(timer);
    tools.signal.removeEventListener("abort", abort);
  }
}
