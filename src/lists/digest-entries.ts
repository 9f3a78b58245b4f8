import type { Selectable } from "kysely";

import type { BlockEvidence, DigestEntry, DigestFlip, DigestOutcome, Kept, OverBy } from "../block-model.ts";
import { NO_FACTS, type Status, type VerdictRule } from "../model.ts";
import { FactsRow } from "../records/facts-row.ts";
import type { Records } from "../records/records.ts";
import type { DigestBlockTable } from "../records/tables.ts";
import { score } from "../report/score.ts";
import { BY_HAND, VTIP } from "./actor.ts";
import { idOfWho } from "./approver.ts";
import { readEvidence } from "./block-evidence.ts";
import type { ListTools } from "./list-tools.ts";

/** What the entries of a digest are read with. */
export type DigestTools = Pick<ListTools, "config" | "listings">;

/** The blocks of a digest as they are now, by the lists as they are now; those that end first before the others. */
export async function entriesOf(
  db: Records,
  { config, listings }: DigestTools,
  digestId: string,
): Promise<readonly DigestEntry[]> {
  const rows = await db
    .selectFrom("digest_block")
    .innerJoin("block", "block.id", "digest_block.block_id")
    .leftJoin("proposal", "proposal.id", "block.proposal_id")
    .leftJoin("recheck", "recheck.id", "digest_block.recheck_id")
    .selectAll("digest_block")
    .select(["block.by", "block.evidence", "block.ended_at", "block.ended_by", "block.end_reason"])
    .select(["recheck.status", "recheck.facts", "proposal.requested_by"])
    .where("digest_block.digest_id", "=", digestId)
    .orderBy("digest_block.until")
    .orderBy("digest_block.block_id")
    .execute();
  const { whitelist, guards } = listings.lines();
  return rows.map((row) => {
    const evidence = readEvidence(row.evidence);
    const indicator = { kind: "ip", value: row.ip } as const;
    const line = whitelist.match(indicator, { ...NO_FACTS, owner: evidence.owner, asn: evidence.asn });
    const guard = guards.match(indicator);
    const kept: Kept | null =
      line !== null ? { kind: "whitelist", line } : guard !== null ? { kind: "guard", guard } : null;
    return {
      blockId: row.block_id,
      ip: row.ip,
      until: row.until,
      approvedBy: row.by,
      found: row.status === null ? null : { status: row.status, ...toPoints(row.facts, config.rule) },
      evidence: toPointsThen(evidence),
      proposedFor: row.requested_by,
      kept,
      outcome: toOutcome(row),
    };
  });
}

/** Whether approvers may decide about it, once: what is unsafe no longer ends as it was to. */
export function isAsked({ found }: { readonly found: { readonly status: Status } | null }): boolean {
  return found === null || found.status === "unsafe";
}

/** Whether it can be decided now: nothing may stay on that would not be proposed. */
export function isOpen({ found, kept, outcome }: Pick<DigestEntry, "found" | "kept" | "outcome">): boolean {
  return isAsked({ found }) && kept === null && outcome.kind === "open";
}

/** The verdicts that flipped, of which a digest tells. */
export async function digestFlips(
  db: Records,
  { listings }: DigestTools,
  digestId: string,
): Promise<readonly DigestFlip[]> {
  const rows = await db
    .selectFrom("flip")
    .leftJoin("scan_item", (join) =>
      join.onRef("scan_item.scan_id", "=", "flip.scan_id").onRef("scan_item.value", "=", "flip.ip"),
    )
    .select(["flip.ip", "flip.scan_id", "flip.list", "flip.before", "flip.after", "scan_item.facts"])
    .where("flip.digest_id", "=", digestId)
    .orderBy("flip.at")
    .orderBy("flip.ip")
    .execute();
  const once = new Map(rows.map((row) => [`${row.scan_id} ${row.ip}`, row]));
  return [...once.values()].map(({ scan_id: scanId, facts, ...flip }) => {
    const known = facts === null ? null : FactsRow.parse(JSON.parse(facts));
    const { list } = listings.listingOf({ kind: "ip", value: flip.ip }, known);
    return { ...flip, scanId, isListed: list === flip.list };
  });
}

/** How many blocks of a digest are in which state, in short: it changes with each of them. */
export async function stateOf(db: Records, digestId: string): Promise<string> {
  const rows = await db
    .selectFrom("digest_block")
    .innerJoin("block", "block.id", "digest_block.block_id")
    .select(["decision", (row) => row("block.ended_at", "is not", null).as("isOver")])
    .select((row) => row.fn.countAll<number>().as("blocks"))
    .where("digest_id", "=", digestId)
    .groupBy(["decision", "isOver"])
    .orderBy("decision")
    .orderBy("isOver")
    .execute();
  return rows
    .map(({ decision, isOver, blocks }) => `${blocks} ${decision ?? (isOver ? "over" : "open")}`)
    .join(", ");
}

type Points = { readonly detections: number; readonly total: number };

function toPoints(facts: string | null, rule: VerdictRule): Points {
  const found = facts === null ? null : score(FactsRow.parse(JSON.parse(facts)), rule);
  return { detections: found?.detections ?? 0, total: found?.total ?? 0 };
}

function toPointsThen({ detections, total }: BlockEvidence): Points | null {
  return detections === null || total === null ? null : { detections, total };
}

type OutcomeRow = Pick<Selectable<DigestBlockTable>, "decision" | "decided_by" | "new_until"> & {
  readonly ended_at: number | null;
  readonly ended_by: string | null;
  readonly end_reason: string | null;
};

function toOutcome(row: OutcomeRow): DigestOutcome {
  const by = row.decided_by ?? "";
  switch (row.decision) {
    case "extended":
      return { kind: "extended", by, until: row.new_until };
    case "let go":
      return { kind: "let go", by };
    case null:
      return row.ended_at === null
        ? { kind: "open" }
        : { kind: "over", by: toOverBy(row.ended_by, row.end_reason), at: row.ended_at };
  }
}

function toOverBy(who: string | null, reason: string | null): OverBy {
  if (who === VTIP) return { kind: reason === "block ended" ? "end" : "whitelist" };
  return who === null || who === BY_HAND ? { kind: "hand" } : { kind: "person", id: idOfWho(who) };
}
