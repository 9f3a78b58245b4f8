import { messageOf, UserError } from "../errors.ts";
import { appendAudits } from "../records/audit-trail.ts";
import type { Records } from "../records/records.ts";
import { toUnwritable } from "../records/unwritable.ts";
import { step } from "../step.ts";
import type { HeldList } from "./blacklist-file.ts";
import { closeBlocks, insertBlocks, type Evidenced } from "./block-rows.ts";
import { editOf, type ChangeEdit } from "./change-edit.ts";
import { abandonedChanges, findOpenChange, leaveChange, type ListChange } from "./list-change.ts";
import type { ListTools } from "./list-tools.ts";
import { withOurList } from "./our-list.ts";
import { endsOf } from "./past-blocks.ts";
import { toCandidate, unsafeAddresses } from "./proposal-content.ts";
import { withdrawChange } from "./withdrawal.ts";

/**
 * Carries a change out that was written down: list, blocks, audit trail. All of it happens under the list's lock, after
 * what dead processes left open, so that the records tell the same story as the file, in the same order.
 * @throws UserError when the list cannot be changed: then the change is withdrawn, and what led to it is as before.
 */
export async function carryOut(tools: ListTools, id: number): Promise<void> {
  let isHeld = false;
  try {
    await withOurList(tools, async (list) => {
      isHeld = true;
      step("lock held");
      await mendAbandoned(tools, list);
      await finish(tools, list, id);
    });
  } catch (error) {
    const change = isHeld ? null : await findOpenChange(tools.records, id);
    if (change !== null) await withdrawChange(tools, change, messageOf(error));
    throw error;
  } finally {
    leaveChange(id);
  }
}

/** Carries through what processes that are dead left open. What cannot be now is tried again at the next call. */
export async function recoverChanges(tools: ListTools): Promise<void> {
  if ((await abandonedChanges(tools)).length === 0) return;
  try {
    await withOurList(tools, async (list) => mendAbandoned(tools, list));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    tools.log.warn({ reason: error.message }, "changes of the blacklist could not be carried through");
  }
}

/** The same for who holds the lock already. */
export async function mendAbandoned(tools: ListTools, list: HeldList): Promise<void> {
  for (const id of await abandonedChanges(tools)) {
    try {
      await finish(tools, list, id);
      tools.log.info({ change: id }, "change of the blacklist carried through");
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      tools.log.warn({ change: id, reason: error.message }, "change of the blacklist not carried through");
    }
  }
}

async function finish(tools: ListTools, list: HeldList, id: number): Promise<void> {
  const change = await findOpenChange(tools.records, id);
  if (change === null) return;
  const { effective } = await editList(tools, list, change);
  step("list changed");
  if (effective.length === 0 && isForNothing(change)) return withdrawChange(tools, change, null);
  await tools.records.transaction().execute(async (db) => settle(tools, db, { ...change, effective }));
  step("change settled");
}

/** Where nobody waits for a decision, a change that finds nothing to do leaves nothing behind. */
function isForNothing({ action }: ListChange): boolean {
  return action === "unblock" || action === "import";
}

/** A change that was begun before may have been made, so it is withdrawn only when it is sure that it was not. */
async function editList(tools: ListTools, list: HeldList, change: ListChange): Promise<ChangeEdit> {
  let isUntouched = change.effective === null;
  try {
    const edit = await editOf(tools, change);
    return await list.edit(edit, async (edited) => {
      await note(tools.records, change, edited);
      isUntouched = true;
    });
  } catch (error) {
    if (isUntouched) await withdrawChange(tools, change, messageOf(error));
    throw error;
  }
}

async function note(records: Records, { id, proposalId }: ListChange, edit: ChangeEdit): Promise<void> {
  try {
    await records.transaction().execute(async (db) => {
      const effective = JSON.stringify(edit.effective);
      await db.updateTable("list_change").set({ effective }).where("id", "=", id).execute();
      if (edit.leftOut === null) return;
      const left_out = JSON.stringify(edit.leftOut);
      await db.updateTable("proposal").set({ left_out }).where("id", "=", proposalId).execute();
    });
  } catch (error) {
    throw toUnwritable(error);
  }
}

type EffectiveChange = ListChange & { readonly effective: readonly string[] };

async function settle(tools: ListTools, db: Records, change: EffectiveChange): Promise<void> {
  await db.updateTable("list_change").set({ state: "done" }).where("id", "=", change.id).execute();
  step("change closed");
  if (change.kind === "add") await settleAddition(tools, db, change);
  else await settleRemoval(tools, db, change);
  step("change audited");
}

async function settleAddition(tools: ListTools, db: Records, change: EffectiveChange): Promise<void> {
  const candidates = await evidencedOf(tools, db, change);
  const endOf = await endsOf(db, change, change.effective);
  await insertBlocks(db, change, candidates, endOf);
  step("blocks written");
  const at = tools.clock.now();
  const { who, action } = change;
  const common = contextOf(change);
  await appendAudits(
    db,
    candidates.map(({ ip, ...evidence }) => ({
      at,
      who,
      action,
      subject: ip,
      detail: { ...common, until: toIsoTime(endOf(ip)), ...evidence },
    })),
  );
}

/** What was imported, somebody else found: nothing is known of it here. */
async function evidencedOf(
  { config }: ListTools,
  db: Records,
  change: EffectiveChange,
): Promise<readonly Evidenced[]> {
  if (change.action === "import") return change.effective.map((ip) => ({ ip }));
  const added = new Set(change.effective);
  const addresses = change.scanId === null ? [] : await unsafeAddresses(db, change.scanId);
  return addresses.filter(({ ip }) => added.has(ip)).map((address) => toCandidate(address, config.rule));
}

async function settleRemoval(tools: ListTools, db: Records, change: EffectiveChange): Promise<void> {
  await closeBlocks(db, change);
  step("blocks closed");
  const at = tools.clock.now();
  const { who, action } = change;
  const detail = contextOf(change);
  await appendAudits(
    db,
    change.effective.map((subject) => ({ at, who, action, subject, detail })),
  );
}

function toIsoTime(timeMs: number | null): string | null {
  return timeMs === null ? null : new Date(timeMs).toISOString();
}

function contextOf({ reason, proposalId, scanId, link }: ListChange) {
  return { reason, proposal: proposalId, scan: scanId, link };
}
