import type { DigestEntry } from "../block-model.ts";
import { appendAudits } from "../records/audit-trail.ts";
import type { Records } from "../records/records.ts";
import { step } from "../step.ts";
import { withBlacklist } from "./blacklist-file.ts";
import { mendAbandoned } from "./change-work.ts";
import type { Deciding } from "./decide.ts";
import { entriesOf, isOpen } from "./digest-entries.ts";
import type { ListTools } from "./list-tools.ts";

/** What approvers want of blocks that a digest asks about. */
export type Verdict =
  /** They stay on for `days` after they were to end; 0: until removed. */
  | { readonly kind: "extend"; readonly days: number; readonly reason: string | null }
  /** They end as they were to. */
  | { readonly kind: "let go" };

const DAY_MS = 86_400_000;

/**
 * Decides about the blocks of a digest that are still to be decided, `ips` of them or all (null). Resolves to the
 * addresses that it decided. It holds the list's lock, so that no block ends and is extended at once.
 * @throws UserError when the lock cannot be had.
 */
export async function decideEndings(
  tools: ListTools,
  digestId: string,
  ips: readonly string[] | null,
  verdict: Verdict,
  deciding: Deciding,
): Promise<readonly string[]> {
  return withBlacklist(tools.config.blacklistFile, async (list) => {
    await mendAbandoned(tools, list);
    const decided = await tools.records.transaction().execute(async (db) => {
      const entries = await entriesOf(db, digestId, tools.config.rule);
      const open = entries.filter((entry) => isOpen(entry) && (ips === null || ips.includes(entry.ip)));
      for (const entry of open) await decide(db, digestId, entry, verdict, deciding);
      step("endings decided");
      await audit(db, digestId, open, verdict, deciding);
      return open.map(({ ip }) => ip);
    });
    step("endings audited");
    return decided;
  });
}

async function decide(
  db: Records,
  digestId: string,
  entry: DigestEntry,
  verdict: Verdict,
  { at, by }: Deciding,
): Promise<void> {
  const until = endOf(entry, verdict);
  if (verdict.kind === "extend") {
    await db.updateTable("block").set({ until }).where("id", "=", entry.blockId).execute();
  }
  await db
    .updateTable("digest_block")
    .set({
      decision: verdict.kind === "extend" ? "extended" : "let go",
      decided_by: by,
      decided_at: at,
      new_until: verdict.kind === "extend" ? until : null,
    })
    .where("digest_id", "=", digestId)
    .where("block_id", "=", entry.blockId)
    .execute();
}

/** Null: until removed. */
function endOf({ until }: DigestEntry, verdict: Verdict): number | null {
  if (verdict.kind === "let go") return until;
  return verdict.days === 0 ? null : until + verdict.days * DAY_MS;
}

async function audit(
  db: Records,
  digest: string,
  entries: readonly DigestEntry[],
  verdict: Verdict,
  { at, who, link }: Deciding,
): Promise<void> {
  const reason = verdict.kind === "extend" ? verdict.reason : null;
  await appendAudits(
    db,
    entries.map((entry) => {
      const until = endOf(entry, verdict);
      const end = until === null ? null : new Date(until).toISOString();
      const found = entry.found ?? {};
      return {
        at,
        who,
        action: verdict.kind,
        subject: entry.ip,
        detail: { reason, digest, until: end, ...found, link },
      };
    }),
  );
}
