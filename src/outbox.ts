import type { Conversation, Delivered, Post } from "./chat.ts";
import type { Log } from "./log.ts";
import type { Clock } from "./model.ts";
import type { Presence } from "./records/presence.ts";
import type { Records } from "./records/records.ts";
import type { Reply } from "./reply.ts";
import { step } from "./step.ts";

/** What became of a message in the end. `interrupted`: the program ends, and the next run goes on with it. */
export type Sent =
  /** `isOld`: it was posted before, and may say what was to be said then. */
  | { readonly kind: "sent"; readonly message: string; readonly isOld: boolean }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "interrupted" };

/** Posts each message once, however often the platform fails or this program is killed. */
export interface Outbox {
  /**
   * Written down, posted, and noted as posted. What may have arrived is looked for before it is posted again. `isOurs` is
   * asked before each attempt: when another process has taken over what the post is about, this one leaves it to that.
   */
  post(conversation: Conversation, post: Post, isOurs?: () => Promise<boolean>): Promise<Sent>;
  /** Edits a message until it says so, or until it is not this process's to edit. */
  edit(
    conversation: Conversation,
    message: string,
    reply: Reply,
    isOurs?: () => Promise<boolean>,
  ): Promise<Sent>;
  /** The message that was posted under a mark; null when none was. */
  messageOf(mark: string): Promise<string | null>;
  /** The same, after a post of it that is under way: people press buttons before the platform has told that it took them. */
  settledMessageOf(mark: string): Promise<string | null>;
}

export interface OutboxTools {
  readonly records: Records;
  readonly clock: Clock;
  readonly log: Log;
  /** Null: no other process can take over. */
  readonly presence: Presence | null;
  /** Aborts when the program ends. */
  readonly signal: AbortSignal;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
/**
 * Whoever hears nothing of a process for 12 s takes over what it has (presence.ts). For half of that it is sure that
 * nobody has posted in its place; after that it looks.
 */
const ALONE_MS = 6000;

type Written = { readonly isNew: boolean; readonly sent: Sent | null; readonly writtenAt: number };

export function createOutbox(tools: OutboxTools): Outbox {
  const underWay = new Map<string, Promise<Sent>>();
  return {
    async post(conversation, post, isOurs = async () => true) {
      const same = underWay.get(post.mark);
      if (same !== undefined) return toOld(await same);
      const posting = postOnce(tools, conversation, post, isOurs).finally(() => underWay.delete(post.mark));
      underWay.set(post.mark, posting);
      return posting;
    },
    edit: async (conversation, message, reply, isOurs = async () => true) =>
      untilSettled(tools, "edit", async () =>
        (await isOurs()) ? conversation.edit(message, reply) : { kind: "interrupted" },
      ),
    messageOf: async (mark) => noted(tools, mark),
    async settledMessageOf(mark) {
      await underWay.get(mark);
      return noted(tools, mark);
    },
  };
}

async function postOnce(
  tools: OutboxTools,
  conversation: Conversation,
  post: Post,
  isOurs: () => Promise<boolean>,
): Promise<Sent> {
  // A database that does not answer for a while holds this up, and not those who take over.
  const begunAt = performance.now();
  const { isNew, sent, writtenAt } = await write(tools, conversation, post);
  if (sent !== null) return sent;
  const slot = slotOf(post.mark);
  step(`post written: ${slot}`);
  let mayHaveArrived = !isNew;
  let isOld = false;
  const isAlone = () => tools.presence === null || performance.now() - begunAt < ALONE_MS;
  const outcome = await untilSettled(tools, post.mark, async () => {
    if (!(await isOurs())) return { kind: "interrupted" };
    if (mayHaveArrived || !isAlone()) {
      const found = await conversation.find(post, writtenAt);
      if (found.kind === "found") {
        isOld = !isNew;
        return { kind: "sent", message: found.message };
      }
      if (found.kind === "unsure") return { kind: "unsure", reason: found.reason };
    }
    const delivered = await conversation.post(post);
    mayHaveArrived = delivered.kind === "unsure";
    return delivered;
  });
  step(`post sent: ${slot}`);
  await note(tools, post.mark, outcome);
  step(`post noted: ${slot}`);
  return isOld ? toOld(outcome) : outcome;
}

function toOld(sent: Sent): Sent {
  return sent.kind === "sent" ? { ...sent, isOld: true } : sent;
}

/** What a post is, without the id that it is about: `live`, `rows-1`, `file`; a proposal's card has its id alone. */
function slotOf(mark: string): string {
  return /\/([\w-]+)$/.exec(mark)?.[1] ?? "card";
}

/** Tries again, ever more slowly, until it is clear whether the platform takes it. */
async function untilSettled(
  { clock, log, signal }: OutboxTools,
  what: string,
  attempt: () => Promise<Delivered | { readonly kind: "interrupted" }>,
): Promise<Sent> {
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const delivered = await attempt();
    switch (delivered.kind) {
      case "interrupted":
        return delivered;
      case "sent":
      case "refused":
        if (delivered.kind === "refused") log.warn({ what, reason: delivered.reason }, "message refused");
        return delivered.kind === "sent" ? { ...delivered, isOld: false } : delivered;
      case "later":
      case "unsure":
        log.warn({ what, reason: delivered.reason, outcome: delivered.kind }, "message not delivered yet");
        await clock.wait(delivered.kind === "later" ? delivered.afterMs : pauseMs, signal);
    }
  }
  return { kind: "interrupted" };
}

async function write(
  { records, clock }: OutboxTools,
  conversation: Conversation,
  post: Post,
): Promise<Written> {
  const { numInsertedOrUpdatedRows } = await records
    .insertInto("post")
    .values({
      mark: post.mark,
      conversation: conversation.id,
      state: "pending",
      message: null,
      written_at: clock.now(),
    })
    .onConflict((conflict) => conflict.column("mark").doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 1n) return { isNew: true, sent: null, writtenAt: clock.now() };
  const row = await records
    .selectFrom("post")
    .selectAll()
    .where("mark", "=", post.mark)
    .executeTakeFirstOrThrow();
  const writtenAt = row.written_at;
  if (row.state === "refused") {
    return { isNew: false, sent: { kind: "refused", reason: "It was not taken before." }, writtenAt };
  }
  if (row.message === null) return { isNew: false, sent: null, writtenAt };
  return { isNew: false, sent: { kind: "sent", message: row.message, isOld: true }, writtenAt };
}

async function noted({ records }: OutboxTools, mark: string): Promise<string | null> {
  const row = await records.selectFrom("post").select("message").where("mark", "=", mark).executeTakeFirst();
  return row?.message ?? null;
}

async function note({ records }: OutboxTools, mark: string, sent: Sent): Promise<void> {
  if (sent.kind === "interrupted") return;
  const message = sent.kind === "sent" ? sent.message : null;
  await records.updateTable("post").set({ state: sent.kind, message }).where("mark", "=", mark).execute();
}
