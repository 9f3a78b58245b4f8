import type { Records } from "../records/records.ts";
import { BY_HAND } from "./actor.ts";
import type { StandingBlock } from "./story-event.ts";
import { evidenceOf, wordsOf } from "./story-evidence.ts";

/** The block of an address as the records have it; null where they have none, or an edit by hand is not taken over yet. */
export async function standingBlock(records: Records, ip: string): Promise<StandingBlock | null> {
  const row = await records
    .selectFrom("block")
    .leftJoin("proposal", "proposal.id", "block.proposal_id")
    .select(["block.since", "block.by", "block.until", "block.reason", "block.proposal_id"])
    .select(["block.scan_id", "block.evidence", "proposal.requested_by"])
    .where("block.ip", "=", ip)
    .where("block.ended_at", "is", null)
    .orderBy("block.id", "desc")
    .executeTakeFirst();
  if (row === undefined) return null;
  const evidence = JSON.parse(row.evidence) as Readonly<Record<string, unknown>>;
  return {
    since: row.since,
    by: row.by === BY_HAND ? null : row.by,
    until: row.until,
    reason: row.reason,
    proposalId: row.proposal_id,
    scanId: row.scan_id,
    proposedFor: row.requested_by,
    evidence: evidenceOf(evidence),
    link: wordsOf(evidence["link"]),
  };
}
