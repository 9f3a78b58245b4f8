import type { Status } from "../model.ts";
import { inChunks } from "../records/in-chunks.ts";
import type { Records } from "../records/records.ts";

/** A block that ends soon, which nobody was asked about yet. */
export interface EndingBlock {
  readonly id: number;
  readonly ip: string;
  /** When it ends, in ms since 1970. */
  readonly until: number;
  /** Where it was approved; null: in no conversation, as when it was imported. */
  readonly conversation: string | null;
  /** What was found when it was looked up again; null: it was not yet. */
  readonly found: { readonly id: number; readonly status: Status } | null;
}

/** Blocks are asked about so long before they end. */
const BEFORE_MS = 2 * 86_400_000;

const DAY_MS = 86_400_000;

/** The last time at which channels are asked, `hour` o'clock in UTC, in ms since 1970. */
export function lastDigestTime(now: number, hour: number): number {
  const today = Math.floor(now / DAY_MS) * DAY_MS + hour * 3_600_000;
  return today <= now ? today : today - DAY_MS;
}

/** The one after it. */
export function nextDigestTime(now: number, hour: number): number {
  return lastDigestTime(now, hour) + DAY_MS;
}

/**
 * Blocks to be asked about at a digest's time: they end within two days after it, and have had half of their life. What
 * was found on them counts for a day before it.
 */
export async function endingBlocks(
  records: Records,
  { digestAt, now }: { readonly digestAt: number; readonly now: number },
): Promise<readonly EndingBlock[]> {
  const rows = await records
    .selectFrom("block")
    .leftJoin("proposal", "proposal.id", "block.proposal_id")
    .leftJoin("digest_block", (join) =>
      join.onRef("digest_block.block_id", "=", "block.id").onRef("digest_block.until", "=", "block.until"),
    )
    .select(["block.id", "block.ip", "block.since", "block.until", "proposal.conversation"])
    .where("block.ended_at", "is", null)
    .where("block.until", ">", Math.max(now, digestAt))
    .where("block.until", "<=", digestAt + BEFORE_MS)
    .where("digest_block.block_id", "is", null)
    .orderBy("block.until")
    .orderBy("block.id")
    .execute();
  const due = rows.flatMap(({ since, until, ...block }) =>
    until !== null && digestAt - since >= (until - since) / 2 ? [{ ...block, until }] : [],
  );
  const found = await newestRechecks(
    records,
    due.map(({ id }) => id),
    digestAt - DAY_MS,
  );
  return due.map((block) => ({ ...block, found: found.get(block.id) ?? null }));
}

async function newestRechecks(
  records: Records,
  blockIds: readonly number[],
  since: number,
): Promise<ReadonlyMap<number, NonNullable<EndingBlock["found"]>>> {
  const rows = await inChunks(blockIds, async (some) =>
    records
      .selectFrom("recheck")
      .select(["id", "block_id", "status"])
      .where("block_id", "in", some)
      .where("at", ">=", since)
      .orderBy("id")
      .execute(),
  );
  return new Map(rows.map(({ id, block_id: blockId, status }) => [blockId, { id, status }]));
}
