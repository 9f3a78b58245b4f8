import { digestFlips, entriesOf, isAsked } from "../lists/digest-entries.ts";
import { findDigest, recentDigests, type Digest } from "../lists/digest.ts";
import type { ListTools } from "../lists/list-tools.ts";
import type { Reply } from "../reply.ts";

/** What is said of a digest. */
export type DigestReply = Extract<Reply, { kind: "digest" }>;

type Tools = Pick<ListTools, "records" | "config" | "listings">;

/** Digests in which nothing is left to decide are shown for so long. */
const SHOWN_MS = 2 * 86_400_000;

/** What a digest says now; null where it is not known. */
export async function digestReply(tools: Tools, id: string): Promise<DigestReply | null> {
  const digest = await findDigest(tools.records, id);
  return digest === null ? null : toDigestReply(tools, digest);
}

/** What a digest says now, by its blocks and the lists as they are. */
export async function toDigestReply(tools: Tools, { id, at, extendDays }: Digest): Promise<DigestReply> {
  const { records, config } = tools;
  const entries = await entriesOf(records, tools, id);
  return {
    kind: "digest",
    digestId: id,
    at,
    asked: entries.filter(isAsked),
    calm: entries.filter((entry) => !isAsked(entry)),
    flips: await digestFlips(records, tools, id),
    hasApprovers: config.approvers.length > 0,
    extendDays,
  };
}

/** The digests of all channels in which something may be left to decide, and others of the last two days; the newest first. */
export async function digestReplies(tools: Tools, now: number): Promise<readonly DigestReply[]> {
  const replies: DigestReply[] = [];
  for (const digest of await recentDigests(tools.records, now - SHOWN_MS))
    replies.push(await toDigestReply(tools, digest));
  return replies;
}
