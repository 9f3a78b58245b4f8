import type { Selectable } from "kysely";

import type { Decision } from "../block-model.ts";
import type { ListChangeTable, ProposalTable } from "../records/list-tables.ts";

/** What was left out of an approval, and why: kept as JSON with the proposal. */
export type LeftOut = Pick<Decision, "listed" | "protectedOnes" | "spared" | "leftOut" | "longer">;

const NOTHING_LEFT_OUT: LeftOut = {
  listed: [],
  protectedOnes: [],
  spared: [],
  leftOut: [],
  longer: [],
};

type Change = Pick<Selectable<ListChangeTable>, "state" | "effective" | "reason" | "until">;

/**
 * What was decided, as far as it is carried out: an approval whose change of the list is still under way is no decision
 * yet, and an undoing that is under way leaves it as it was.
 */
export function toDecision(
  row: Selectable<ProposalTable>,
  change: Change | null,
  undoing: Change | null,
  extended: Decision["extended"],
): Decision | null {
  if (row.state === "open" || change?.state === "open") return null;
  const isUndone = row.state === "undone" && undoing?.state !== "open";
  // What was decided by an earlier version lacks what that did not know.
  const leftOut = row.left_out === null ? {} : (JSON.parse(row.left_out) as Partial<LeftOut>);
  return {
    state: row.state === "undone" && !isUndone ? "blocked" : row.state,
    by: row.decided_by,
    at: row.decided_at ?? row.created_at,
    added: toIps(change),
    ...NOTHING_LEFT_OUT,
    ...leftOut,
    reason: change?.reason ?? null,
    until: change?.until ?? null,
    undoneBy: isUndone ? row.undone_by : null,
    undoneAt: isUndone ? row.undone_at : null,
    extended,
    removed: isUndone ? toIps(undoing) : [],
  };
}

function toIps(change: Change | null): readonly string[] {
  return change?.effective ? (JSON.parse(change.effective) as string[]) : [];
}
