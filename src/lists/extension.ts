import { sql } from "kysely";

import type { DigestEntry } from "../block-model.ts";
import { appendAudits } from "../records/audit-trail.ts";
import type { Records } from "../records/records.ts";
import { step } from "../step.ts";
import { mendAbandoned } from "./change-work.ts";
import type { Deciding } from "./decide.ts";
import { entriesOf, isOpen } from "./digest-entries.ts";
import type { ListTools } from "./list-tools.ts";
import { withOurList } from "./our-list.ts";

/** What approvers want of blocks that a digest asks about. */
export type EndDecision =
  /** They stay on for `days` after they were to end; 0: until removed. */
  | { readonly kind: "extend"; readonly days: number; readonly reason: string | null }
  /** They end as they were to. */
  | { readonly kind: "let go" };

const DAY_MS = 86_400_000;
/** One value each, far below SQLite's limit of 32,766. */
const CHUNK = 500;

/**
 * Decides about the blocks of a digest that `isMeant` and that can still be decided. Resolves to their addresses. It holds
 * the list's lock, so that no block ends and is extended at once. @throws UserError when the lock cannot be had.
 */
export async function decideEndings(
  tools: ListTools,
  digestId: string,
  isMeant: (entry: DigestEntry) => boolean,
  decision: EndDecision,
  deciding: Deciding,
): Promise<readonly string[]> {
  return withOurList(tools, async (list) => {
    await mendAbandoned(tools, list);
    const decided = await tools.records.transaction().execute(async (db) => {
      // Writing first takes the write lock before anything is read, so that another process cannot write in between.
      await db
        .updateTable("digest")
        .set({ shown: sql<string>`shown` })
        .where("id", "=", digestId)
        .execute();
      const entries = await entriesOf(db, tools, digestId);
      const open = entries.filter((entry) => isOpen(entry) && isMeant(entry));
      for (let at = 0; at < open.length; at += CHUNK)
        await decide(db, digestId, open.slice(at, at + CHUNK), decision, deciding);
      step("endings decided");
      await audit(db, digestId, open, decision, deciding);
      return open.map(({ ip }) => ip);
    });
    step("endings audited");
    return decided;
  });
}

async function decide(
  db: Records,
  digestId: string,
  entries: readonly DigestEntry[],
  decision: EndDecision,
  { at, by }: Deciding,
): Promise<void> {
  const ids = entries.map(({ blockId }) => blockId);
  const until = endOf(decision, at);
  if (decision.kind === "extend")
    await db.updateTable("block").set({ until }).where("id", "in", ids).execute();
  await db
    .updateTable("digest_block")
    .set({
      decision: decision.kind === "extend" ? "extended" : "let go",
      decided_by: by,
      decided_at: at,
      new_until: decision.kind === "extend" ? until : null,
    })
    .where("digest_id", "=", digestId)
    .where("block_id", "in", ids)
    .execute();
}

/** Of a row with `until`. What was to end before it was decided is not extended into the past. */
function endOf(decision: EndDecision, now: number) {
  if (decision.kind === "let go" || decision.days === 0) return sql<number | null>`null`;
  return sql<
    number | null
  >`(case when until < ${now} then ${now} else until end) + ${decision.days * DAY_MS}`;
}

async function audit(
  db: Records,
  digest: string,
  entries: readonly DigestEntry[],
  decision: EndDecision,
  { at, who, link }: Deciding,
): Promise<void> {
  const reason = decision.kind === "extend" ? decision.reason : null;
  await appendAudits(
    db,
    entries.map((entry) => ({
      at,
      who,
      action: decision.kind,
      subject: entry.ip,
      detail: { reason, digest, until: wordEnd(entry, decision, at), ...entry.found, link },
    })),
  );
}

/** As `endOf`. */
function wordEnd({ until }: DigestEntry, decision: EndDecision, now: number): string | null {
  if (decision.kind === "let go") return new Date(until).toISOString();
  if (decision.days === 0) return null;
  return new Date(Math.max(until, now) + decision.days * DAY_MS).toISOString();
}

/** The blocks of a change that were extended, with when they end since the last time. */
export async function extendedBlocks(
  records: Records,
  changeId: number | null,
): Promise<readonly { readonly ip: string; readonly until: number | null }[]> {
  if (changeId === null) return [];
  return records
    .selectFrom("block")
    .innerJoin("digest_block", "digest_block.block_id", "block.id")
    .select(["block.ip", "block.until"])
    .distinct()
    .where("block.change_id", "=", changeId)
    .where("digest_block.decision", "=", "extended")
    .orderBy("block.ip")
    .execute();
}

/** The proposals whose blocks a digest has extended: their cards tell it too. */
export async function proposalsExtendedBy(records: Records, digestId: string): Promise<readonly string[]> {
  const rows = await records
    .selectFrom("digest_block")
    .innerJoin("block", "block.id", "digest_block.block_id")
    .select("block.proposal_id")
    .distinct()
    .where("digest_block.digest_id", "=", digestId)
    .where("digest_block.decision", "=", "extended")
    .execute();
  return rows.flatMap(({ proposal_id: id }) => id ?? []);
}
