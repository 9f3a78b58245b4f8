import type { Conversation } from "../chat.ts";
import { entriesOf, flipsOf, isAsked, isOpen } from "../lists/digest-entries.ts";
import {
  findDigest,
  isAllRechecked,
  markDigestShown,
  openDigests,
  unpostedDigests,
  writeDigests,
} from "../lists/digest.ts";
import { lastDigestTime } from "../lists/ending-blocks.ts";
import type { Reply } from "../reply.ts";
import type { ChatTools } from "./chat-tools.ts";
import { extendDays } from "./endings.ts";

type DigestReply = Extract<Reply, { kind: "digest" }>;

/** Look-ups that are late, as after a night in which the bot was off, are waited for so long. */
const LATEST_MS = 3_600_000;

/**
 * Tells every channel, once a day, which of its blocks end soon, and rebuilds earlier digests of which something has come
 * to its end. To be called every minute. Messages are posted beside it: a platform that is away holds nothing up.
 */
export async function tellDigests(tools: ChatTools, underWay: Set<string>): Promise<void> {
  const { records, clock, config } = tools;
  const now = clock.now();
  const times = { digestAt: lastDigestTime(now, config.digestHour), now };
  if (now - times.digestAt >= LATEST_MS || (await isAllRechecked(records, times))) {
    await writeDigests(records, times, (id) => tools.conversation(id)?.channel ?? null);
  }
  const unposted = (await unpostedDigests(records, now)).map(({ id }) => [id, post] as const);
  const open = (await openDigests(records)).map(({ id }) => [id, showDigest] as const);
  for (const [id, work] of [...unposted, ...open]) {
    if (underWay.has(id)) continue;
    underWay.add(id);
    tools.track(
      "digest",
      work(tools, id).finally(() => underWay.delete(id)),
    );
  }
}

/** What a digest says now; null where it is not known. */
export async function digestReply(tools: ChatTools, id: string): Promise<DigestReply | null> {
  const { records, config } = tools;
  const digest = await findDigest(records, id);
  if (digest === null) return null;
  const entries = await entriesOf(records, id, config.rule);
  return {
    kind: "digest",
    digestId: id,
    at: digest.at,
    asked: entries.filter(isAsked),
    calm: entries.filter((entry) => !isAsked(entry)),
    flips: await flipsOf(records, id),
    hasApprovers: config.approvers.length > 0,
    extendDays: extendDays(tools),
  };
}

async function post(tools: ChatTools, id: string): Promise<void> {
  const opened = await open(tools, id);
  if (opened === null) return;
  const { conversation, reply } = opened;
  const sent = await tools.outbox.post(conversation, { mark: id, reply, under: null });
  if (sent.kind === "sent" && !sent.isOld) await noteShown(tools, reply);
}

/** Rebuilds the message of a digest where it does not say how things are. */
export async function showDigest(tools: ChatTools, id: string): Promise<void> {
  const message = await tools.outbox.settledMessageOf(id);
  const opened = await open(tools, id);
  if (message === null || opened === null) return;
  const { conversation, reply, shown } = opened;
  if (toShown(reply) === shown) return;
  const sent = await tools.outbox.edit(conversation, message, reply);
  if (sent.kind !== "interrupted") await noteShown(tools, reply);
}

async function open(
  tools: ChatTools,
  id: string,
): Promise<{
  readonly conversation: Conversation;
  readonly reply: DigestReply;
  readonly shown: string;
} | null> {
  const digest = await findDigest(tools.records, id);
  const conversation = digest === null ? null : tools.conversation(digest.channel);
  const reply = await digestReply(tools, id);
  return digest === null || conversation === null || reply === null
    ? null
    : { conversation, reply, shown: digest.shown };
}

async function noteShown({ records }: ChatTools, reply: DigestReply): Promise<void> {
  const isStillOpen = reply.asked.some(isOpen);
  await markDigestShown(records, reply.digestId, { shown: toShown(reply), isOpen: isStillOpen });
}

const MARKS = { open: "?", extended: "+", "let go": "-", over: "." } as const;

/** What of a digest can change: the state of each block. */
function toShown({ asked }: DigestReply): string {
  return asked.map(({ outcome }) => MARKS[outcome.kind]).join("");
}
