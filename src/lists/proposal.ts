import type { Selectable } from "kysely";

import type { Decision, ProposalContent } from "../block-model.ts";
import { appendAudit } from "../records/audit-trail.ts";
import type { ListChangeTable, ProposalTable } from "../records/list-tables.ts";
import type { Records } from "../records/records.ts";
import { step } from "../step.ts";
import { VTIP } from "./actor.ts";
import { toDecision } from "./decision.ts";
import { extendedBlocks } from "./extension.ts";
import type { ListTools } from "./list-tools.ts";
import { toContent, unsafeAddresses } from "./proposal-content.ts";

/** A question to the approvers: which of a scan's unsafe addresses to block. */
export interface Proposal {
  readonly id: string;
  readonly scanId: string;
  readonly conversation: string;
  readonly requestedBy: string;
  readonly createdAt: number;
  readonly state: ProposalTable["state"];
}

const LIFE_MS = 7 * 86_400_000;

/** Asks about a scan's unsafe addresses; the same scan always has the same question. Null when it has none. */
export async function propose(
  { records, clock }: Pick<ListTools, "records" | "clock">,
  scan: { readonly id: string; readonly conversation: string; readonly requestedBy: string },
): Promise<string | null> {
  const addresses = await unsafeAddresses(records, scan.id);
  if (addresses.length === 0) return null;
  const id = scan.id.replace(/^S-/u, "P-");
  await records
    .insertInto("proposal")
    .values({
      id,
      scan_id: scan.id,
      conversation: scan.conversation,
      requested_by: scan.requestedBy,
      created_at: clock.now(),
      state: "open",
      decided_by: null,
      decided_at: null,
      change_id: null,
      undone_by: null,
      undone_at: null,
      undo_id: null,
      left_out: null,
      choices: null,
      shown: "open",
    })
    .onConflict((row) => row.doNothing())
    .execute();
  return id;
}

/** The proposal of that id, or null. */
export async function findProposal(
  { records }: Pick<ListTools, "records">,
  id: string,
): Promise<Proposal | null> {
  const row = await rowOf(records, id);
  return row === null ? null : toProposal(row);
}

/** What approving would do now, by the lists as they are now. @throws UserError when a list cannot be read. */
export async function contentOf(
  { records, listings, config }: Pick<ListTools, "records" | "listings" | "config">,
  { scanId }: Pick<Proposal, "scanId">,
): Promise<ProposalContent> {
  return toContent(await unsafeAddresses(records, scanId), listings.lines(), config.rule);
}

/** What was decided and carried out; null while it is open, or the blacklist is not changed yet. */
export async function decisionOf(
  { records }: Pick<ListTools, "records">,
  { id }: Pick<Proposal, "id">,
): Promise<Decision | null> {
  const row = await rowOf(records, id);
  if (row === null) return null;
  const change = await changeOf(records, row.change_id);
  return toDecision(
    row,
    change,
    await changeOf(records, row.undo_id),
    await extendedBlocks(records, row.change_id),
  );
}

/** Proposals whose card shows another state than theirs. What is still being carried out is not among them. */
export async function unshownProposals({
  records,
}: Pick<ListTools, "records">): Promise<readonly Proposal[]> {
  const underWay = records.selectFrom("list_change").select("id").where("state", "=", "open");
  const rows = await records
    .selectFrom("proposal")
    .selectAll()
    .whereRef("state", "!=", "shown")
    .where((row) => row.or([row("change_id", "is", null), row("change_id", "not in", underWay)]))
    .where((row) => row.or([row("undo_id", "is", null), row("undo_id", "not in", underWay)]))
    .orderBy("created_at")
    .execute();
  return rows.map(toProposal);
}

/** Notes which state the card of a proposal shows. */
export async function markShown(
  { records }: Pick<ListTools, "records">,
  id: string,
  state: Proposal["state"],
): Promise<void> {
  await records.updateTable("proposal").set({ shown: state }).where("id", "=", id).execute();
}

/** Closes what nobody decided within 7 days. */
export async function expireProposals({
  records,
  clock,
}: Pick<ListTools, "records" | "clock">): Promise<void> {
  const now = clock.now();
  const old = await records
    .selectFrom("proposal")
    .select("id")
    .where("state", "=", "open")
    .where("created_at", "<=", now - LIFE_MS)
    .execute();
  for (const { id } of old) await expire(records, id, now);
}

async function expire(records: Records, id: string, now: number): Promise<void> {
  await records.transaction().execute(async (db) => {
    const { numUpdatedRows } = await db
      .updateTable("proposal")
      .set({ state: "expired", decided_at: now })
      .where("id", "=", id)
      .where("state", "=", "open")
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return;
    step("expiry set");
    await appendAudit(db, { at: now, who: VTIP, action: "expire", subject: id, detail: {} });
    step("expiry audited");
  });
}

async function rowOf(records: Records, id: string): Promise<Selectable<ProposalTable> | null> {
  const row = await records.selectFrom("proposal").selectAll().where("id", "=", id).executeTakeFirst();
  return row ?? null;
}

async function changeOf(records: Records, id: number | null): Promise<Selectable<ListChangeTable> | null> {
  if (id === null) return null;
  const row = await records.selectFrom("list_change").selectAll().where("id", "=", id).executeTakeFirst();
  return row ?? null;
}

function toProposal(row: Selectable<ProposalTable>): Proposal {
  return {
    id: row.id,
    scanId: row.scan_id,
    conversation: row.conversation,
    requestedBy: row.requested_by,
    createdAt: row.created_at,
    state: row.state,
  };
}
