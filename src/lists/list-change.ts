import type { Selectable } from "kysely";

import type { ListChangeTable } from "../records/list-tables.ts";
import { isAlive, thisOwner } from "../records/owner.ts";
import type { Records } from "../records/records.ts";
import type { ListTools } from "./list-tools.ts";

/** A change of the blacklist as it is written down before the file is changed. */
export interface ListChange {
  readonly id: number;
  readonly at: number;
  readonly kind: "add" | "remove";
  /** As the audit trail names them. */
  readonly who: string;
  readonly action: ChangeAction;
  /** The addresses that are asked for, in canonical form. */
  readonly wanted: readonly string[];
  /** Those that it really changes; null while that is not known. */
  readonly effective: readonly string[] | null;
  readonly reason: string | null;
  /** When the blocks end, in ms since 1970; null: not by themselves. */
  readonly until: number | null;
  readonly proposalId: string | null;
  readonly scanId: string | null;
  readonly link: string | null;
}

/** Why the list is changed, as the audit trail calls it. */
type ChangeAction = "block" | "import" | "undo" | "unblock" | "block ended" | "whitelisted";

/** Changes that this process works on: any other one of its own was given up, as when the records could not be written. */
const underWay = new Set<number>();

/** Writes a change down, owned by this process; in the caller's transaction where `db` is one. Resolves to its id. */
export async function openChange(db: Records, change: Omit<ListChange, "id" | "effective">): Promise<number> {
  const { id } = await db
    .insertInto("list_change")
    .values({
      at: change.at,
      kind: change.kind,
      who: change.who,
      action: change.action,
      wanted: JSON.stringify(change.wanted),
      effective: null,
      reason: change.reason,
      until: change.until,
      proposal_id: change.proposalId,
      scan_id: change.scanId,
      link: change.link,
      state: "open",
      owner: thisOwner,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  underWay.add(id);
  return id;
}

/** This process does nothing more about the change. */
export function leaveChange(id: number): void {
  underWay.delete(id);
}

/** The change, if it is still to be carried out; else null. */
export async function findOpenChange(records: Records, id: number): Promise<ListChange | null> {
  const row = await records
    .selectFrom("list_change")
    .selectAll()
    .where("id", "=", id)
    .where("state", "=", "open")
    .executeTakeFirst();
  return row === undefined ? null : toChange(row);
}

/** A change takes milliseconds, one of 100,000 addresses up to 10 seconds, after at most 10 seconds for the lock. */
const MOST_MS = 60_000;

/**
 * Ids of changes that nobody works on any more, oldest first: their process is gone, or gave them up. Where another
 * program has got the number of a process that is gone, age tells.
 */
export async function abandonedChanges({
  records,
  clock,
}: Pick<ListTools, "records" | "clock">): Promise<readonly number[]> {
  const rows = await records
    .selectFrom("list_change")
    .select(["id", "owner", "at"])
    .where("state", "=", "open")
    .orderBy("id")
    .execute();
  const old = clock.now() - MOST_MS;
  return rows.filter((row) => row.at < old || isAbandoned(row)).map(({ id }) => id);
}

function isAbandoned({ id, owner }: Pick<Selectable<ListChangeTable>, "id" | "owner">): boolean {
  return owner === thisOwner ? !underWay.has(id) : !isAlive(owner);
}

function toChange(row: Selectable<ListChangeTable>): ListChange {
  return {
    id: row.id,
    at: row.at,
    kind: row.kind,
    who: row.who,
    action: row.action as ChangeAction,
    wanted: JSON.parse(row.wanted) as string[],
    effective: row.effective === null ? null : (JSON.parse(row.effective) as string[]),
    reason: row.reason,
    until: row.until,
    proposalId: row.proposal_id,
    scanId: row.scan_id,
    link: row.link,
  };
}
