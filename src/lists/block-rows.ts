import type { Candidate } from "../block-model.ts";
import { insertRows } from "../records/insert-rows.ts";
import type { Records } from "../records/records.ts";
import { BY_HAND } from "./actor.ts";
import { idOfWho } from "./approver.ts";
import type { ListChange } from "./list-change.ts";

/** Far below SQLite's limit of 32,766 values. */
const CHUNK = 500;

/** Why a block is over that was still noted when its address was added anew. */
const TAKEN_OUT = "taken out by hand";

/** An address with what spoke for blocking it, as far as that is known. */
export type Evidenced = Pick<Candidate, "ip"> & Partial<Candidate>;

/** Writes down what a change has added, with when each ends. A block of the same address that was still noted is over: it was not on the list. */
export async function insertBlocks(
  db: Records,
  change: ListChange,
  candidates: readonly Evidenced[],
  endOf: (ip: string) => number | null,
): Promise<void> {
  for (let at = 0; at < candidates.length; at += CHUNK) {
    const chunk = candidates.slice(at, at + CHUNK);
    await db
      .updateTable("block")
      .set({ ended_at: change.at, ended_by: null, end_reason: TAKEN_OUT })
      .where("ended_at", "is", null)
      .where(
        "ip",
        "in",
        chunk.map(({ ip }) => ip),
      )
      .execute();
  }
  function* rows() {
    for (const candidate of candidates) yield toRow(change, candidate, endOf(candidate.ip));
  }
  await insertRows(db, rows(), (some) => db.insertInto("block").values(some));
}

function toRow(change: ListChange, { ip, ...evidence }: Evidenced, until: number | null) {
  return {
    ip,
    since: change.at,
    by: idOfWho(change.who),
    until,
    reason: change.reason,
    change_id: change.id,
    proposal_id: change.proposalId,
    scan_id: change.scanId,
    evidence: JSON.stringify({ ...evidence, link: change.link }),
    ended_at: null,
    ended_by: null,
    end_reason: null,
  };
}

/** The addresses that a change is to take out: one of these only as long as it is still its own. */
export async function ownAddresses(records: Records, change: ListChange): Promise<readonly string[]> {
  if (change.action === "unblock") return change.wanted;
  const rows = await openBlocksOf(records, change).select("ip").distinct().execute();
  return rows.map(({ ip }) => ip);
}

/** Ends the blocks that a change is about. */
export async function closeBlocks(db: Records, change: ListChange): Promise<void> {
  const end = { ended_at: change.at, ended_by: change.who, end_reason: change.reason ?? change.action };
  await db.updateTable("block").set(end).where("id", "in", openBlocksOf(db, change).select("id")).execute();
}

/** The addresses whose blocks have come to their end. */
export async function overdueAddresses(records: Records, now: number): Promise<readonly string[]> {
  const rows = await records
    .selectFrom("block")
    .select("ip")
    .distinct()
    .where("ended_at", "is", null)
    .where("until", "<=", now)
    .execute();
  return rows.map(({ ip }) => ip);
}

function openBlocksOf(records: Records, change: ListChange) {
  const open = records.selectFrom("block").where("ended_at", "is", null);
  switch (change.action) {
    case "block ended":
      return open.where("until", "<=", change.at);
    case "undo":
      return open.where("proposal_id", "=", change.proposalId);
    case "whitelisted":
      return open.where("by", "!=", BY_HAND).where("ip", "in", change.wanted);
    case "unblock":
    case "block":
    case "import":
      return open.where("ip", "in", change.wanted);
  }
}
