import type { Conversation } from "../chat.ts";
import { stateOf } from "../lists/digest-entries.ts";
import {
  findDigest,
  giveUpDigest,
  isAllRechecked,
  isLate,
  markDigestShown,
  openDigests,
  unpostedDigests,
  writeDigests,
} from "../lists/digest.ts";
import { lastDigestTime } from "../lists/ending-blocks.ts";
import type { ChatTools } from "./chat-tools.ts";
import { digestChannelOf } from "./digest-channel.ts";
import { toDigestReply, type DigestReply } from "./digest-reply.ts";
import { usualExtendDays } from "./endings.ts";

/** Look-ups that are late, as after a night in which the bot was off, are waited for so long. */
const LATEST_MS = 3_600_000;

/** What has to be known from one minute to the next. */
export interface DigestRun {
  /** When this run of the program began, in ms since 1970. */
  readonly startedAt: number;
  /** Ids of what is being posted or edited. */
  readonly underWay: Set<string>;
}

/**
 * Tells every channel, once a day, which of its blocks end soon, and rebuilds earlier digests of which something has come
 * to its end. To be called every minute. Messages are posted beside it: a platform that is away holds nothing up.
 */
export async function tellDigests(tools: ChatTools, { startedAt, underWay }: DigestRun): Promise<void> {
  const { records, clock, config } = tools;
  const now = clock.now();
  const digestAt = lastDigestTime(now, config.digestHour);
  const isWaitedFor = now - Math.max(digestAt, startedAt) < LATEST_MS;
  const channelOf = (id: string | null) => digestChannelOf(tools, id);
  if (!isWaitedFor || (await isAllRechecked(records, { digestAt, now }, channelOf)))
    await writeDigests(records, { digestAt, now, extendDays: usualExtendDays(tools) }, channelOf);
  const unposted = (await unpostedDigests(records)).map(({ id }) => [id, post] as const);
  const open = (await openDigests(records)).map(({ id }) => [id, showDigest] as const);
  for (const [id, work] of [...unposted, ...open]) {
    if (underWay.has(id)) continue;
    underWay.add(id);
    const done = async () => void (await work(tools, id).finally(() => underWay.delete(id)));
    tools.track("digest", done());
  }
}

async function post(tools: ChatTools, id: string): Promise<void> {
  const { records, clock, log } = tools;
  const digest = await findDigest(records, id);
  const conversation = digest === null ? null : tools.conversation(digest.channel);
  if (digest === null) return;
  if (isLate(digest, clock.now())) return giveUpDigest(records, id);
  if (conversation === null) return;
  const shown = await stateOf(records, id);
  const reply = await toDigestReply(tools, digest);
  const sent = await tools.outbox.post(conversation, { mark: id, reply, under: null });
  if (sent.kind === "refused") {
    log.warn({ digest: id, channel: digest.channel, reason: sent.reason }, "a digest could not be posted");
    await giveUpDigest(records, id);
  }
  if (sent.kind === "sent" && !sent.isOld) await noteShown(tools, reply, shown);
}

/** Rebuilds the message of a digest where it does not say how things are. False where it cannot be made to. */
export async function showDigest(tools: ChatTools, id: string): Promise<boolean> {
  const message = await tools.outbox.settledMessageOf(id);
  const digest = await findDigest(tools.records, id);
  if (message === null || digest === null) return false;
  const shown = await stateOf(tools.records, id);
  if (shown === digest.shown) return true;
  const conversation: Conversation | null = tools.conversation(digest.channel);
  if (conversation === null) return false;
  const reply = await toDigestReply(tools, digest);
  const sent = await tools.outbox.edit(conversation, message, reply);
  if (sent.kind !== "interrupted") await noteShown(tools, reply, shown);
  return sent.kind !== "refused";
}

async function noteShown({ records }: ChatTools, reply: DigestReply, shown: string): Promise<void> {
  await markDigestShown(records, reply.digestId, {
    shown,
    isOpen: reply.asked.some(({ outcome }) => outcome.kind === "open"),
  });
}
