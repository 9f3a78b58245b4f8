import { auditsOf, type AuditRow } from "../records/audit-trail.ts";
import type { Records } from "../records/records.ts";
import type { LeftOut } from "./decision.ts";
import { toAttempted } from "./story-acts.ts";
import type { Decided, StoryEvent } from "./story-event.ts";
import { wordsOf } from "./story-evidence.ts";

interface ProposalRow {
  readonly id: string;
  readonly scan_id: string;
  readonly requested_by: string;
  readonly created_at: number;
  readonly left_out: string | null;
}

/** An event of a question; those of the audit trail have their place in it. */
interface Placed {
  readonly event: StoryEvent;
  readonly auditId: number | null;
}

/** A question to the approvers that was about the address too. */
export interface Question {
  readonly scanId: string;
  /** Whether a person decided it, or tried to. */
  readonly isTouched: boolean;
  readonly events: readonly Placed[];
}

/** When an address was on the blacklist. */
export interface Listed {
  readonly since: number;
  readonly ended_at: number | null;
}

const OUTCOMES = { approve: "approved", dismiss: "dismissed", expire: "expired" } as const;
const ACTIONS = [
  ...Object.keys(OUTCOMES),
  ...["block", "dismiss", "undo"].flatMap((action) => [`${action} refused`, `${action} failed`]),
];

/** The questions about scans in which an address was unsafe, but for those when it was `listed` already. */
export async function questionsAbout(
  records: Records,
  ip: string,
  { acts, listed }: { readonly acts: readonly AuditRow[]; readonly listed: readonly Listed[] },
): Promise<readonly Question[]> {
  const rows = await records
    .selectFrom("scan_item")
    .innerJoin("proposal", "proposal.scan_id", "scan_item.scan_id")
    .select([
      "proposal.id",
      "proposal.scan_id",
      "proposal.requested_by",
      "proposal.created_at",
      "proposal.left_out",
    ])
    .where("scan_item.value", "=", ip)
    .where("scan_item.kind", "=", "ip")
    .where("scan_item.status", "=", "unsafe")
    .execute();
  const about = rows.filter(({ created_at: at }) => !listed.some((block) => wasOn(block, at)));
  const ids = about.map(({ id }) => id);
  const audits = await auditsOf(records, ids, { actions: ACTIONS, since: 0 });
  const blocks = new Map(
    acts.flatMap(({ id, action, detail }) => (action === "block" ? [[detail["proposal"], id]] : [])),
  );
  const decisions = new Map<string, AuditRow[]>(ids.map((id) => [id, []]));
  for (const audit of audits) decisions.get(audit.subject)?.push(audit);
  return about.map((row) => toQuestion(row, ip, decisions.get(row.id) ?? [], blocks.get(row.id) ?? null));
}

function wasOn({ since, ended_at: endedAt }: Listed, at: number): boolean {
  return since < at && (endedAt === null || endedAt > at);
}

/** `blockId`: the entry that says that this question led to a block of the address. */
function toQuestion(
  row: ProposalRow,
  ip: string,
  audits: readonly AuditRow[],
  blockId: number | null,
): Question {
  const { id: proposalId, scan_id: scanId, requested_by: requestedBy, created_at: at } = row;
  const left = leftOf(row, ip);
  if (left === "listed") return { scanId, isTouched: false, events: [] };
  const merged = audits.findLast(
    ({ id, action }) => action === "approve" && blockId !== null && id < blockId,
  );
  const isOurs = audits.some((audit) => audit.action === "approve" && hasIp(audit, ip));
  const decided = audits.flatMap((audit): readonly Placed[] => {
    if (audit === merged) return [];
    const attempted = toAttempted(audit, proposalId);
    if (attempted === null) return [{ auditId: audit.id, event: toDecided(audit, row, ip, left) }];
    // What was decided of others, or not at all, cannot be undone or have failed for this one.
    const mayBeOurs = isOurs || (attempted.kind === "refused" && attempted.tried !== "undo");
    return mayBeOurs ? [{ auditId: audit.id, event: attempted }] : [];
  });
  const proposed: StoryEvent = { kind: "proposed", at, proposalId, scanId, requestedBy };
  return {
    scanId,
    isTouched: audits.some(({ action }) => action !== "expire"),
    events: [...(left === null ? [{ auditId: null, event: proposed }] : []), ...decided],
  };
}

function toDecided(audit: AuditRow, row: ProposalRow, ip: string, left: Exclude<Left, "listed">): Decided {
  const { at, who, detail } = audit;
  const outcome = OUTCOMES[audit.action as keyof typeof OUTCOMES];
  const chosen = hasIp(audit, ip) ? "chosen" : "not chosen";
  return {
    kind: "decided",
    at,
    who,
    reason: wordsOf(detail["reason"]),
    link: wordsOf(detail["link"]),
    proposalId: row.id,
    scanId: row.scan_id,
    outcome,
    choice: outcome === "approved" ? (left ?? chosen) : null,
  };
}

function hasIp({ detail }: Pick<AuditRow, "detail">, ip: string): boolean {
  return Array.isArray(detail["ips"]) && detail["ips"].includes(ip);
}

type Left = "listed" | "whitelisted" | "guarded" | null;

/** Why an approval could not be about the address; null: it could. */
function leftOf({ left_out: text }: ProposalRow, ip: string): Left {
  if (text === null) return null;
  const { listed = [], protectedOnes = [], spared = [] } = JSON.parse(text) as Partial<LeftOut>;
  if (listed.includes(ip)) return "listed";
  if (protectedOnes.some((one) => one.ip === ip)) return "whitelisted";
  return spared.some((one) => one.ip === ip) ? "guarded" : null;
}
