import type { Conversation } from "../chat.ts";
import type { Sent } from "../outbox.ts";
import type { Reply } from "../reply.ts";
import type { ChatTools } from "./chat-tools.ts";

/** Edits of one message are this far apart, so that it can be read and the platform's limits hold. */
const EDIT_EVERY_MS = 3000;

/** The one message of a scan that changes while it runs and becomes its summary. */
export interface LiveMessage {
  /** Posts it, or edits it at most every 3 s; of what comes meanwhile only the last is shown. */
  show(reply: Reply): void;
  /** Resolves when something stands there, or may not stand there, or after `mostMs`. */
  shown(mostMs: number): Promise<void>;
  /** Puts the last word there at once. */
  end(reply: Reply): Promise<Sent>;
}

/** Opens the live message of that mark, posted before or not. `onRefused` hears why it may not be posted. */
export function createLiveMessage(
  tools: ChatTools,
  conversation: Conversation,
  mark: string,
  onRefused: (reason: string) => Promise<void>,
): LiveMessage {
  let next: Reply | null = null;
  let showing: Promise<void> | null = null;
  let isEnded = false;
  let isRefused = false;
  let shownAt = Number.NEGATIVE_INFINITY;
  const ending = new AbortController();
  let onShown: () => void = () => undefined;
  const isShown = new Promise<void>((resolve) => (onShown = resolve));

  async function post(reply: Reply): Promise<Sent> {
    if (isRefused) return { kind: "refused", reason: "it was refused before" };
    const sent = await tools.outbox.post(conversation, { mark, reply, under: null });
    if (sent.kind !== "refused") return sent;
    isRefused = true;
    await onRefused(sent.reason);
    return sent;
  }

  async function showAll(): Promise<void> {
    while (next !== null && !isEnded) {
      await tools.clock.wait(shownAt + EDIT_EVERY_MS - tools.clock.now(), ending.signal);
      if (isEnded) return;
      const reply: Reply = next;
      next = null;
      const message = await tools.outbox.messageOf(mark);
      // Nobody misses one state of many: the next comes in a few seconds.
      if (message !== null) await conversation.edit(message, reply);
      else await post(reply);
      shownAt = tools.clock.now();
      onShown();
    }
  }

  return {
    show(reply) {
      next = reply;
      showing ??= showAll()
        .catch((error: unknown) => tools.log.error({ err: error, mark }, "live message not shown"))
        .finally(() => (showing = null));
    },
    async shown(mostMs) {
      const waiting = new AbortController();
      await Promise.race([isShown, tools.clock.wait(mostMs, waiting.signal)]);
      waiting.abort();
    },
    async end(reply) {
      isEnded = true;
      ending.abort();
      await showing;
      const message = await tools.outbox.messageOf(mark);
      if (message === null) return post(reply);
      return tools.outbox.edit(conversation, message, reply);
    },
  };
}
