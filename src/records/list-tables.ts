import type { Generated } from "kysely";

/** A question to the approvers: which of a scan's unsafe addresses to block. */
export interface ProposalTable {
  id: string;
  scan_id: string;
  conversation: string;
  requested_by: string;
  created_at: number;
  state: "open" | "blocked" | "dismissed" | "undone" | "expired";
  decided_by: string | null;
  decided_at: number | null;
  /** The change that approving made. */
  change_id: number | null;
  undone_by: string | null;
  undone_at: number | null;
  /** The change that undoing made. */
  undo_id: number | null;
  /** JSON of the addresses left out: protected, listed before, not ticked. */
  left_out: string | null;
  /** JSON of what approvers chose and were asked about once more, by `User.id`. */
  choices: string | null;
  /** The state that its card shows; another one than `state` means that the card is to be edited. */
  shown: string;
}

/** A change of the blacklist, written down before the file is changed, so that a crash in between is mended. */
export interface ListChangeTable {
  id: Generated<number>;
  at: number;
  kind: "add" | "remove";
  who: string;
  /** What the audit trail calls it: `block`, `import`, `undo`, `unblock`, `block ended`. */
  action: string;
  /** JSON of the addresses that are asked for. */
  wanted: string;
  /** JSON of those that it really changes, noted under the file's lock before the file is replaced; null until then. */
  effective: string | null;
  reason: string | null;
  /** When the blocks end, in ms since 1970. */
  until: number | null;
  proposal_id: string | null;
  scan_id: string | null;
  /** Link to the message where it was decided. */
  link: string | null;
  state: "open" | "done";
  owner: string;
}

/** One address that was put on the blacklist by a change, until it was taken out. */
export interface BlockTable {
  id: Generated<number>;
  ip: string;
  since: number;
  by: string;
  until: number | null;
  reason: string | null;
  change_id: number;
  proposal_id: string | null;
  scan_id: string | null;
  /** JSON: counts, engines, owner, link. */
  evidence: string;
  ended_at: number | null;
  ended_by: string | null;
  end_reason: string | null;
}

/** How far others have been told of changes of the blacklist. */
export interface BlockNoticeTable {
  /** Who is told: `webhook`. */
  target: string;
  /** The last entry of the audit trail that is told of, or is in the message that waits. */
  audit_id: number;
  /** The id of the message that is not delivered yet; null: none waits. */
  notice: string | null;
  /** What it says, as JSON. */
  body: string | null;
}
