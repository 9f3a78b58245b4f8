import type { Conversation, Delivered } from "../chat.ts";
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
  /** Puts the last word there at once; in a message of its own where this one cannot be changed any more. */
  end(reply: Reply): Promise<Sent>;
}

/** What a live message is of. */
export interface LiveSubject {
  readonly mark: string;
  /** False when another process has taken the scan over, and says from then on how it goes. */
  isOurs(): Promise<boolean>;
  /** Hears why the message may not be posted. */
  onRefused(reason: string): Promise<void>;
}

/** Opens the live message of that mark, posted before or not. */
export function createLiveMessage(
  tools: ChatTools,
  conversation: Conversation,
  subject: LiveSubject,
): LiveMessage {
  const { put, putForGood } = createPut(tools, conversation, subject);
  const { mark } = subject;
  const ending = new AbortController();
  const over = AbortSignal.any([ending.signal, tools.signal]);
  const first = new AbortController();
  let next: Reply | null = null;
  let showing: Promise<void> | null = null;
  let shownAt = Number.NEGATIVE_INFINITY;

  async function showAll(): Promise<void> {
    while (next !== null) {
      // No longer, where the clock was set back meanwhile.
      await tools.clock.wait(Math.min(EDIT_EVERY_MS, shownAt + EDIT_EVERY_MS - tools.clock.now()), over);
      if (over.aborted) return;
      const reply: Reply = next;
      next = null;
      const { kind } = await put(reply);
      shownAt = tools.clock.now();
      first.abort();
      // The next state may be hours away, as when a scan waits for the day's quota.
      if (kind === "later" || kind === "unsure") next ??= reply;
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
      return putForGood(reply);
    },
  };
}

/** Puts a reply into the message, which is posted where it is not there yet. */
function createPut(
  { outbox }: ChatTools,
  conversation: Conversation,
  { mark, isOurs, onRefused }: LiveSubject,
): { put(reply: Reply): Promise<Sent | Delivered>; putForGood(reply: Reply): Promise<Sent> } {
  let refusal: Sent | null = null;

  async function post(as: string, reply: Reply): Promise<Sent> {
    const sent = await outbox.post(conversation, { mark: as, reply, under: null }, isOurs);
    if (sent.kind !== "refused") return sent;
    refusal = sent;
    await onRefused(sent.reason);
    return sent;
  }

  async function posted(reply: Reply): Promise<Sent> {
    if (refusal !== null) return refusal;
    const known = await outbox.messageOf(mark);
    return known === null ? post(mark, reply) : { kind: "sent", message: known, isOld: true };
  }

  return {
    async put(reply) {
      const sent = await posted(reply);
      if (sent.kind !== "sent" || !sent.isOld) return sent;
      return (await isOurs()) ? conversation.edit(sent.message, reply) : { kind: "interrupted" };
    },
    async putForGood(reply) {
      const sent = await posted(reply);
      if (sent.kind !== "sent" || !sent.isOld) return sent;
      const edited = await outbox.edit(conversation, sent.message, reply, isOurs);
      // Somebody deleted it, or the workspace allows no changes: what was found is said all the same.
      return edited.kind === "refused" ? post(`${mark}-end`, reply) : edited;
    },
  };
}
