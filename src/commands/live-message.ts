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
  const put = createPut(tools, conversation, mark, onRefused);
  const ending = new AbortController();
  const first = new AbortController();
  let next: Reply | null = null;
  let showing: Promise<void> | null = null;
  let shownAt = Number.NEGATIVE_INFINITY;

  async function showAll(): Promise<void> {
    while (next !== null) {
      await tools.clock.wait(shownAt + EDIT_EVERY_MS - tools.clock.now(), ending.signal);
      if (ending.signal.aborted) return;
      const reply: Reply = next;
      next = null;
      await put(reply, "for now");
      shownAt = tools.clock.now();
      first.abort();
    }
  }

  return {
    show(reply) {
      next = reply;
      showing ??= showAll()
        .catch((error: unknown) => tools.log.error({ err: error, mark }, "live message not shown"))
        .finally(() => {
          showing = null;
          first.abort();
        });
    },
    shown: (mostMs) => tools.clock.wait(mostMs, first.signal),
    async end(reply) {
      ending.abort();
      await showing;
      return put(reply, "for good");
    },
  };
}

/** Puts a reply into the message, which is posted where it is not there yet. */
function createPut(
  { outbox }: ChatTools,
  conversation: Conversation,
  mark: string,
  onRefused: (reason: string) => Promise<void>,
): (reply: Reply, how: "for now" | "for good") => Promise<Sent> {
  let refusal: Sent | null = null;

  async function post(reply: Reply): Promise<Sent> {
    const sent = await outbox.post(conversation, { mark, reply, under: null });
    if (sent.kind !== "refused") return sent;
    refusal = sent;
    await onRefused(sent.reason);
    return sent;
  }

  return async (reply, how) => {
    if (refusal !== null) return refusal;
    const known = await outbox.messageOf(mark);
    const sent: Sent = known === null ? await post(reply) : { kind: "sent", message: known, isOld: true };
    if (sent.kind !== "sent" || !sent.isOld) return sent;
    if (how === "for good") return outbox.edit(conversation, sent.message, reply);
    // Nobody misses one state of many: the next comes in a few seconds.
    await conversation.edit(sent.message, reply);
    return sent;
  };
}
