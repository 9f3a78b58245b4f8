import { sql, type Insertable } from "kysely";

import type { Status } from "../model.ts";
import type { Records } from "../records/records.ts";
import type { FlipTable } from "../records/tables.ts";
import type { ListTools } from "./list-tools.ts";
import type { Judged } from "./verdicts-before.ts";

/** An answer of a scan about an address that stands on a list. */
export interface ListedAnswer {
  readonly ip: string;
  readonly position: number;
  readonly checkedAt: number;
  readonly status: Status;
  readonly facts: string | null;
  readonly list: FlipTable["list"];
  readonly entry: string;
}

/** One whose verdict was another one before. */
export interface Flipped extends ListedAnswer {
  readonly before: Judged;
  readonly after: Judged;
}

/** Writes flips of a scan down, those that nobody was told of before. Resolves to how many these were. */
export async function writeFlips(
  { records, clock }: Pick<ListTools, "records" | "clock">,
  scanId: string,
  flipped: readonly Flipped[],
): Promise<number> {
  const channels = await approvedIn(records, flipped);
  return records.transaction().execute(async (db) => {
    // Takes the lock of writing first: two scans that end at once would else tell the same.
    await db
      .updateTable("scan")
      .set({ requests: sql<number>`requests` })
      .where("id", "=", scanId)
      .execute();
    const scan = await db
      .selectFrom("scan")
      .select(["created_at", "conversation"])
      .where("id", "=", scanId)
      .executeTakeFirstOrThrow();
    const isTold = await toldBefore(db, scanId, scan.created_at, flipped);
    const rows = flipped.flatMap((flip): readonly Insertable<FlipTable>[] => {
      if (isTold(flip)) return [];
      const { ip, list, entry } = flip;
      const [before, after] = [flip.before.status, flip.after.status];
      const conversation = channels.get(ip) ?? scan.conversation;
      return [
        { scan_id: scanId, ip, at: clock.now(), list, entry, before, after, conversation, digest_id: null },
      ];
    });
    if (rows.length === 0) return 0;
    const { numInsertedOrUpdatedRows } = await db
      .insertInto("flip")
      .values(rows)
      .onConflict((row) => row.doNothing())
      .executeTakeFirstOrThrow();
    return Number(numInsertedOrUpdatedRows ?? 0n);
  });
}

/** Where the blocks that stand were approved, by address. */
async function approvedIn(
  records: Records,
  flipped: readonly Flipped[],
): Promise<ReadonlyMap<string, string>> {
  const ips = flipped.map(({ ip }) => ip);
  const rows = await records
    .selectFrom("block")
    .innerJoin("proposal", "proposal.id", "block.proposal_id")
    .select(["block.ip", "proposal.conversation"])
    .where("block.ip", "in", ips)
    .where("block.ended_at", "is", null)
    .execute();
  return new Map(rows.map(({ ip, conversation }) => [ip, conversation]));
}

/** Whether the same answer was told by another scan, or stood in one that was over before this one began. */
async function toldBefore(
  db: Records,
  scanId: string,
  createdAt: number,
  flipped: readonly Flipped[],
): Promise<(flip: Flipped) => boolean> {
  const rows = await db
    .selectFrom("scan_item as item")
    .innerJoin("scan", "scan.id", "item.scan_id")
    .leftJoin("flip", (join) =>
      join.onRef("flip.scan_id", "=", "item.scan_id").onRef("flip.ip", "=", "item.value"),
    )
    .select(["item.value", "item.checked_at"])
    .distinct()
    .where(
      "item.value",
      "in",
      flipped.map(({ ip }) => ip),
    )
    .where(
      "item.checked_at",
      "in",
      flipped.map(({ checkedAt }) => checkedAt),
    )
    .where("item.kind", "=", "ip")
    .where("item.scan_id", "!=", scanId)
    .where((row) => row.or([row("flip.ip", "is not", null), row("scan.finished_at", "<=", createdAt)]))
    .execute();
  const told = new Set(rows.map(({ value, checked_at: at }) => `${value} ${at}`));
  return ({ ip, checkedAt }) => told.has(`${ip} ${checkedAt}`);
}
