import type { Selectable } from "kysely";

import { insertRows } from "../records/insert-rows.ts";
import type { Records } from "../records/records.ts";
import type { DigestTable } from "../records/tables.ts";
import { newShortId } from "../short-id.ts";
import { step } from "../step.ts";
import { isAsked } from "./digest-entries.ts";
import { endingBlocks, type EndingBlock } from "./ending-blocks.ts";

/** What one channel is told at a time. */
interface Draft {
  readonly blocks: EndingBlock[];
  readonly flips: { readonly scan_id: string; readonly ip: string }[];
}

/** A digest as it was written. */
export interface Digest {
  readonly id: string;
  /** The conversation that is the channel. */
  readonly channel: string;
  readonly at: number;
  readonly extendDays: number;
  readonly shown: string;
}

/** When a digest is written, and what it promises. */
interface Times {
  readonly digestAt: number;
  readonly now: number;
  /** How long **Extend** lets blocks stay on. */
  readonly extendDays: number;
}

/** One that could not be posted is given up after so long. */
const LATE_MS = 2 * 86_400_000;

/**
 * Writes down what every channel is to be told at `digestAt`: the blocks that end soon, where one of them is still unsafe
 * or could not be looked up, and the verdicts that flipped before it. Once a channel. `channelOf` names the channel of a
 * conversation, or of what has none, and gives null where its platform is not served.
 */
export async function writeDigests(
  records: Records,
  times: Times,
  channelOf: (conversation: string | null) => string | null,
): Promise<void> {
  const drafts = new Map<string, Draft>();
  const draftOf = (channel: string): Draft => {
    const draft = drafts.get(channel) ?? { blocks: [], flips: [] };
    drafts.set(channel, draft);
    return draft;
  };
  for (const block of await endingBlocks(records, times)) {
    const channel = channelOf(block.conversation);
    if (channel !== null) draftOf(channel).blocks.push(block);
  }
  for (const { conversation, ...flip } of await untoldFlips(records, times.digestAt)) {
    const channel = conversation === null ? null : channelOf(conversation);
    if (channel !== null) draftOf(channel).flips.push(flip);
  }
  for (const [channel, draft] of drafts) {
    if (draft.blocks.some(isAsked) || draft.flips.length > 0) await write(records, channel, times, draft);
  }
}

/** Whether every block that a channel can be asked about was looked up again; `channelOf` as in `writeDigests`. */
export async function isAllRechecked(
  records: Records,
  times: { readonly digestAt: number; readonly now: number },
  channelOf: (conversation: string | null) => string | null,
): Promise<boolean> {
  const blocks = await endingBlocks(records, times);
  return blocks.every(({ found, conversation }) => found !== null || channelOf(conversation) === null);
}

async function untoldFlips(records: Records, before: number) {
  return records
    .selectFrom("flip")
    .select(["scan_id", "ip", "conversation"])
    .where("digest_id", "is", null)
    .where("conversation", "is not", null)
    .where("at", "<", before)
    .orderBy("at")
    .execute();
}

async function write(
  records: Records,
  channel: string,
  { digestAt, extendDays }: Times,
  { blocks, flips }: Draft,
): Promise<void> {
  const id = await freeId(records);
  await records.transaction().execute(async (db) => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto("digest")
      .values({
        id,
        channel,
        at: digestAt,
        state: blocks.some(isAsked) ? "open" : "closed",
        extend_days: extendDays,
        choices: null,
        shown: "",
      })
      .onConflict((row) => row.columns(["channel", "at"]).doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows !== 1n) return;
    await insertRows(
      db,
      blocks.map((block) => toRow(id, block)),
      (some) => db.insertInto("digest_block").values(some),
    );
    for (const flip of flips) {
      await db
        .updateTable("flip")
        .set({ digest_id: id })
        .where("scan_id", "=", flip.scan_id)
        .where("ip", "=", flip.ip)
        .execute();
    }
  });
  step("digest written");
}

function toRow(digestId: string, { id, ip, until, found }: EndingBlock) {
  return {
    digest_id: digestId,
    block_id: id,
    ip,
    until,
    recheck_id: found?.id ?? null,
    decision: null,
    decided_by: null,
    decided_at: null,
    new_until: null,
  };
}

async function freeId(records: Records): Promise<string> {
  const id = newShortId("D");
  const taken = await records.selectFrom("digest").select("id").where("id", "=", id).executeTakeFirst();
  return taken === undefined ? id : freeId(records);
}

/** The digest of that id, or null. */
export async function findDigest(records: Records, id: string): Promise<Digest | null> {
  const row = await records.selectFrom("digest").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? null : toDigest(row);
}

/** Digests that were written and are not posted yet. */
export async function unpostedDigests(records: Records): Promise<readonly Digest[]> {
  const rows = await records
    .selectFrom("digest")
    .leftJoin("post", "post.mark", "digest.id")
    .selectAll("digest")
    .where("digest.state", "!=", "given up")
    .where((row) => row.or([row("post.state", "is", null), row("post.state", "=", "pending")]))
    .orderBy("digest.at")
    .execute();
  return rows.map(toDigest);
}

/** Whether it is too late to post a digest: the blocks that it asks about are over. */
export function isLate({ at }: Digest, now: number): boolean {
  return now - at >= LATE_MS;
}

/** Digests of which something could be decided when it was last looked. */
export async function openDigests(records: Records): Promise<readonly Digest[]> {
  const rows = await records
    .selectFrom("digest")
    .selectAll()
    .where("state", "=", "open")
    .orderBy("at")
    .execute();
  return rows.map(toDigest);
}

/** Digests of which something could be decided when it was last looked, and all since `since`; the newest first. */
export async function recentDigests(records: Records, since: number): Promise<readonly Digest[]> {
  const rows = await records
    .selectFrom("digest")
    .selectAll()
    .where("state", "!=", "given up")
    .where((row) => row.or([row("state", "=", "open"), row("at", ">=", since)]))
    .orderBy("at", "desc")
    .orderBy("id")
    .execute();
  return rows.map(toDigest);
}

/** Nobody will see it: what it was to tell is for the next one. */
export async function giveUpDigest(records: Records, id: string): Promise<void> {
  await records.transaction().execute(async (db) => {
    await db.updateTable("digest").set({ state: "given up" }).where("id", "=", id).execute();
    await db.deleteFrom("digest_block").where("digest_id", "=", id).execute();
    await db.updateTable("flip").set({ digest_id: null }).where("digest_id", "=", id).execute();
  });
}

/** Notes what the message of a digest shows, as `stateOf` has it. */
export async function markDigestShown(
  records: Records,
  id: string,
  { shown, isOpen }: { readonly shown: string; readonly isOpen: boolean },
): Promise<void> {
  await records
    .updateTable("digest")
    .set({ shown, state: isOpen ? "open" : "closed" })
    .where("id", "=", id)
    .execute();
}

function toDigest({ id, channel, at, extend_days: extendDays, shown }: Selectable<DigestTable>): Digest {
  return { id, channel, at, extendDays, shown };
}
