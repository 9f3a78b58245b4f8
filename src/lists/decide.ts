import { setTimeout } from "node:timers/promises";

import type { Decision } from "../block-model.ts";
import { UserError } from "../errors.ts";
import { appendAudit } from "../records/audit-trail.ts";
import type { Records } from "../records/records.ts";
import { step } from "../step.ts";
import { recoverChanges } from "./change-work.ts";
import { openChange } from "./list-change.ts";
import type { ListTools } from "./list-tools.ts";
import { decisionOf, type Proposal } from "./proposal.ts";

/** Who decides, when and where. */
export interface Deciding {
  readonly at: number;
  /** As `User.id`. */
  readonly by: string;
  /** As the audit trail names them. */
  readonly who: string;
  /** Link to the message where it is decided, or null. */
  readonly link: string | null;
}

/** What an approver wants to be blocked. */
export interface Approval {
  readonly ips: readonly string[];
  readonly reason: string | null;
  /** In ms since 1970; null: until removed. */
  readonly until: number | null;
}

/**
 * Writes an approval down with the change that it leads to. Resolves to the change's id, to be carried out; null when
 * somebody was first.
 */
export async function decideBlock(
  { records }: Pick<ListTools, "records">,
  { id, scanId }: Proposal,
  { at, by, who, link }: Deciding,
  { ips, reason, until }: Approval,
): Promise<number | null> {
  return records.transaction().execute(async (db) => {
    if (!(await moveOn(db, id, "open", { state: "blocked", decided_by: by, decided_at: at }))) return null;
    step("approval set");
    const change = await openChange(db, {
      at,
      kind: "add",
      who,
      action: "block",
      wanted: ips,
      reason,
      until,
      proposalId: id,
      scanId,
      link,
    });
    await db.updateTable("proposal").set({ change_id: change }).where("id", "=", id).execute();
    step("approval written down");
    const end = until === null ? null : new Date(until).toISOString();
    const detail = { scan: scanId, ips, reason, until: end, link };
    await appendAudit(db, { at, who, action: "approve", subject: id, detail });
    step("approval audited");
    return change;
  });
}

/** Writes an undoing down. Resolves to the id of the change; null when it was not blocked, or is undone. */
export async function decideUndo(
  { records }: Pick<ListTools, "records">,
  { id, scanId }: Proposal,
  { at, by, who, link }: Deciding,
  added: readonly string[],
): Promise<number | null> {
  return records.transaction().execute(async (db) => {
    if (!(await moveOn(db, id, "blocked", { state: "undone", undone_by: by, undone_at: at }))) return null;
    step("undoing set");
    const change = await openChange(db, {
      at,
      kind: "remove",
      who,
      action: "undo",
      wanted: added,
      reason: null,
      until: null,
      proposalId: id,
      scanId,
      link,
    });
    await db.updateTable("proposal").set({ undo_id: change }).where("id", "=", id).execute();
    step("undoing written down");
    await appendAudit(db, {
      at,
      who,
      action: "undo",
      subject: id,
      detail: { scan: scanId, ips: added, link },
    });
    step("undoing audited");
    return change;
  });
}

/** Writes down that nothing is to be blocked. False when somebody was first. */
export async function decideDismiss(
  { records }: Pick<ListTools, "records">,
  { id, scanId }: Proposal,
  { at, by, who, link }: Deciding,
): Promise<boolean> {
  return records.transaction().execute(async (db) => {
    if (!(await moveOn(db, id, "open", { state: "dismissed", decided_by: by, decided_at: at }))) return false;
    step("dismissal set");
    await appendAudit(db, { at, who, action: "dismiss", subject: id, detail: { scan: scanId, link } });
    step("dismissal audited");
    return true;
  });
}

/** The first decision stands: whoever comes second finds another state. */
async function moveOn(
  db: Records,
  id: string,
  from: Proposal["state"],
  to: Readonly<Record<string, string | number>> & { readonly state: Proposal["state"] },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("proposal")
    .set(to)
    .where("id", "=", id)
    .where("state", "=", from)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

const PAUSE_MS = 25;
const WAIT_MS = 15_000;

/**
 * What was decided, after waiting for what is just being carried out; null while it is open.
 * @throws UserError when that takes longer than 15 seconds.
 */
export async function settledDecision(tools: ListTools, { id }: Proposal): Promise<Decision | null> {
  for (
    const giveUpAt = performance.now() + WAIT_MS;
    performance.now() < giveUpAt;
    await setTimeout(PAUSE_MS)
  ) {
    await recoverChanges(tools);
    const underWay = await tools.records
      .selectFrom("list_change")
      .select("id")
      .where("proposal_id", "=", id)
      .where("state", "=", "open")
      .executeTakeFirst();
    if (underWay === undefined) return decisionOf(tools, { id });
  }
  throw new UserError("Somebody is just deciding this: look again in a minute.");
}
