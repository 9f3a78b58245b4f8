import type { Selectable } from "kysely";
import { z } from "zod";

import type { DigestEntry, DigestFlip, DigestOutcome } from "../block-model.ts";
import type { Status, VerdictRule } from "../model.ts";
import { FactsRow } from "../records/facts-row.ts";
import type { Records } from "../records/records.ts";
import type { DigestBlockTable } from "../records/tables.ts";
import { score } from "../report/score.ts";
import { VTIP } from "./actor.ts";
import { idOfWho } from "./approver.ts";

/** What an approval wrote down as its evidence; what an unknown program wrote there is no reason to stop. */
const Evidence = z.object({ detections: z.number(), total: z.number() }).nullable().catch(null);

/** The blocks of a digest as they are now, those that end first before the others. */
export async function entriesOf(
  records: Records,
  digestId: string,
  rule: VerdictRule,
): Promise<readonly DigestEntry[]> {
  const rows = await records
    .selectFrom("digest_block")
    .innerJoin("block", "block.id", "digest_block.block_id")
    .leftJoin("recheck", "recheck.id", "digest_block.recheck_id")
    .selectAll("digest_block")
    .select([
      "block.by",
      "block.evidence",
      "block.ended_at",
      "block.ended_by",
      "recheck.status",
      "recheck.facts",
    ])
    .where("digest_block.digest_id", "=", digestId)
    .orderBy("digest_block.until")
    .orderBy("digest_block.block_id")
    .execute();
  return rows.map((row) => ({
    blockId: row.block_id,
    ip: row.ip,
    until: row.until,
    approvedBy: row.by,
    found: row.status === null ? null : { status: row.status, ...toPoints(row.facts, rule) },
    evidence: toEvidence(row.evidence),
    outcome: toOutcome(row),
  }));
}

/** Whether approvers may decide about it, once: what is unsafe no longer ends as it was to. */
export function isAsked({ found }: { readonly found: { readonly status: Status } | null }): boolean {
  return found === null || found.status === "unsafe";
}

/** Whether it can be decided now. */
export function isOpen({ found, outcome }: Pick<DigestEntry, "found" | "outcome">): boolean {
  return isAsked({ found }) && outcome.kind === "open";
}

/** The verdicts that flipped, of which a digest tells. */
export async function flipsOf(records: Records, digestId: string): Promise<readonly DigestFlip[]> {
  const rows = await records
    .selectFrom("flip")
    .select(["ip", "scan_id", "list", "before", "after"])
    .where("digest_id", "=", digestId)
    .orderBy("at")
    .orderBy("ip")
    .execute();
  return rows.map(({ scan_id: scanId, ...flip }) => ({ ...flip, scanId }));
}

function toPoints(facts: string | null, rule: VerdictRule): { detections: number; total: number } {
  const found = facts === null ? null : score(FactsRow.parse(JSON.parse(facts)), rule);
  return { detections: found?.detections ?? 0, total: found?.total ?? 0 };
}

function toEvidence(text: string): DigestEntry["evidence"] {
  try {
    return Evidence.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

type OutcomeRow = Pick<Selectable<DigestBlockTable>, "decision" | "decided_by" | "new_until"> & {
  readonly ended_at: number | null;
  readonly ended_by: string | null;
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
        : { kind: "over", by: toPerson(row.ended_by), at: row.ended_at };
  }
}

function toPerson(who: string | null): string | null {
  return who === null || who === VTIP ? null : idOfWho(who);
}
