import { sql } from "kysely";

import { readEvidence } from "../lists/block-evidence.ts";
import { toAuditRow } from "../records/audit-trail.ts";
import type { Records } from "../records/records.ts";
import type { BlockView, ListQuery, Views } from "../views.ts";

type Blocks = Awaited<ReturnType<Views["blocks"]>>;
type Audit = Awaited<ReturnType<Views["auditPage"]>>;

/** Open blocks that match, the newest first. */
export async function blocksPage(records: Records, query: ListQuery): Promise<Blocks> {
  const like = toPattern(query.search);
  const open = records
    .selectFrom("block")
    .where("ended_at", "is", null)
    .$if(query.search !== "", (blocks) =>
      blocks.where((row) =>
        row.or(
          ["ip", "by", "reason", "evidence"].map(
            (name) => sql<boolean>`lower(${sql.ref(name)}) like ${like} escape '\\'`,
          ),
        ),
      ),
    );
  const { matching } = await open
    .select((row) => row.fn.countAll<number>().as("matching"))
    .executeTakeFirstOrThrow();
  const rows = await open
    .selectAll()
    .orderBy("since", "desc")
    .orderBy("id", "desc")
    .limit(query.most)
    .offset(query.from)
    .execute();
  const blocks = rows.map((row): BlockView => {
    const { detections, total, owner, country } = readEvidence(row.evidence);
    const { ip, since, until, by, reason, proposal_id: proposalId, scan_id: scanId } = row;
    return { ip, since, until, by, reason, proposalId, scanId, detections, total, owner, country };
  });
  return { matching, blocks };
}

/** Entries of the audit trail that match, the newest first. */
export async function auditPage(records: Records, query: ListQuery): Promise<Audit> {
  const like = toPattern(query.search);
  const found = records
    .selectFrom("audit")
    .$if(query.search !== "", (entries) =>
      entries.where((row) =>
        row.or(
          ["who", "action", "subject", "detail"].map(
            (name) => sql<boolean>`lower(${sql.ref(name)}) like ${like} escape '\\'`,
          ),
        ),
      ),
    );
  const { matching } = await found
    .select((row) => row.fn.countAll<number>().as("matching"))
    .executeTakeFirstOrThrow();
  const rows = await found.selectAll().orderBy("id", "desc").limit(query.most).offset(query.from).execute();
  return { matching, entries: rows.map(toAuditRow) };
}

/** What is typed stands for itself, signs too. */
function toPattern(search: string): string {
  return `%${search.toLowerCase().replaceAll(/[\\%_]/gu, String.raw`\$&`)}%`;
}
