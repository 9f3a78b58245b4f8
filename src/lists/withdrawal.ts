import { appendAudit } from "../records/audit-trail.ts";
import type { Records } from "../records/records.ts";
import { step } from "../step.ts";
import type { ListChange } from "./list-change.ts";
import type { ListTools } from "./list-tools.ts";

/**
 * Takes a change back that could not be made, for `reason`, or had nothing to do (null): an approval is open again, an
 * undone one stands again. Who decided and why it failed stays in the audit trail.
 */
export async function withdrawChange(
  { records, clock }: Pick<ListTools, "records" | "clock">,
  change: ListChange,
  reason: string | null,
): Promise<void> {
  await records.transaction().execute(async (db) => {
    const { numDeletedRows } = await db
      .deleteFrom("list_change")
      .where("id", "=", change.id)
      .where("state", "=", "open")
      .executeTakeFirst();
    if (numDeletedRows === 0n) return;
    await reopenProposal(db, change.id);
    if (reason === null || QUIET.has(change.action)) return;
    await appendAudit(db, {
      at: clock.now(),
      who: change.who,
      action: `${change.action} failed`,
      subject: subjectOf(change),
      detail: { reason, scan: change.scanId, link: change.link },
    });
  });
  step("change withdrawn");
}

/** What the program does by itself, and tries again. */
const QUIET: ReadonlySet<string> = new Set(["block ended", "whitelisted"]);

/** What is imported can be long. */
function subjectOf({ action, proposalId, wanted }: ListChange): string {
  if (action === "import") return `${wanted.length.toLocaleString("en-US")} addresses`;
  return proposalId ?? wanted.join(" ");
}

async function reopenProposal(db: Records, changeId: number): Promise<void> {
  const undecided = {
    state: "open",
    decided_by: null,
    decided_at: null,
    change_id: null,
    left_out: null,
  } as const;
  await db.updateTable("proposal").set(undecided).where("change_id", "=", changeId).execute();
  const standing = { state: "blocked", undone_by: null, undone_at: null, undo_id: null } as const;
  await db.updateTable("proposal").set(standing).where("undo_id", "=", changeId).execute();
}
