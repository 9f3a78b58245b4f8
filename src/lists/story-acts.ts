import type { AuditRow } from "../records/audit-trail.ts";
import { BY_HAND } from "./actor.ts";
import type { Acted, Attempted } from "./story-event.ts";
import { evidenceOf, wordsOf } from "./story-evidence.ts";

const KINDS: Readonly<Record<string, Acted["kind"]>> = {
  block: "blocked",
  import: "imported",
  extend: "extended",
  "block ended": "ended",
  "let go": "let-go",
  undo: "undone",
  unblock: "unblocked",
  whitelisted: "whitelisted",
};

const KINDS_BY_HAND: Readonly<Record<string, Acted["kind"]>> = {
  block: "added-by-hand",
  unblock: "removed-by-hand",
};

/** An entry of the audit trail whose subject is the address itself. */
export function toActed(row: AuditRow): Acted | Attempted {
  const attempted = toAttempted(row, null);
  if (attempted !== null) return attempted;
  const { at, who, action, detail } = row;
  const kinds = who === BY_HAND ? KINDS_BY_HAND : KINDS;
  return {
    kind: Object.hasOwn(kinds, action) ? (kinds[action] ?? "acted") : "acted",
    at,
    who,
    action,
    reason: wordsOf(detail["reason"]),
    until: toTime(detail["until"]),
    evidence: evidenceOf(detail),
    scanId: wordsOf(detail["scan"]),
    proposalId: wordsOf(detail["proposal"]),
    link: wordsOf(detail["link"]),
  };
}

/** An attempt that was refused or failed; null for what was done. */
export function toAttempted(row: AuditRow, subject: string | null): Attempted | null {
  const { at, who, action, detail } = row;
  const [, tried, kind] = /^(.+) (refused|failed)$/u.exec(action) ?? [];
  if (tried === undefined) return null;
  const common = { at, who, tried, subject, link: wordsOf(detail["link"]) };
  const reason = wordsOf(detail["reason"]);
  return kind === "refused"
    ? { kind, ...common, because: wordsOf(detail["refused"]) ?? "", reason }
    : { kind: "failed", ...common, because: reason ?? "", reason: null };
}

/** A time that the audit trail has as a date in words. */
function toTime(value: unknown): number | null {
  const at = typeof value === "string" ? Date.parse(value) : value;
  return typeof at === "number" && Number.isFinite(at) ? at : null;
}
