import type { Decision } from "../block-model.ts";
import { UserError } from "../errors.ts";
import { toAddress, toCanonical } from "../lists/address.ts";
import { nameWho, rightOf, type Attempt, type Right } from "../lists/approver.ts";
import { isDays, toReason } from "../lists/block-terms.ts";
import { carryOut } from "../lists/change-work.ts";
import { decideBlock, decideDismiss, decideUndo, settledDecision, type Deciding } from "../lists/decide.ts";
import type { ListTools } from "../lists/list-tools.ts";
import { contentOf, decisionOf, expireProposals, findProposal, type Proposal } from "../lists/proposal.ts";
import { isLargeRemoval } from "../lists/removal-size.ts";
import { isWiderThanOne } from "../lists/single-address.ts";
import { appendAudit } from "../records/audit-trail.ts";
import { step } from "../step.ts";

export { endBlocks } from "../lists/block-end.ts";
export { recoverChanges } from "../lists/change-work.ts";
export { unblock } from "./unblock.ts";

/** What became of an attempt to decide. Every `reason` is a sentence for the person. */
export type Approved =
  /** This attempt decided it. */
  | { readonly kind: "decided"; readonly decision: Decision }
  /** Somebody was first, or it has expired. */
  | { readonly kind: "already"; readonly decision: Decision }
  /** The person may not; the attempt is in the audit trail. */
  | { readonly kind: "refused"; readonly reason: string }
  /** More than MAX_BLOCKS_PER_APPROVAL: to be asked once more. */
  | { readonly kind: "unsure"; readonly count: number; readonly most: number }
  /** More than half of the list would be taken out: to be asked once more. */
  | { readonly kind: "unsure-undo"; readonly count: number; readonly listed: number }
  /** There is nothing to do; a proposal that was open stays open. */
  | { readonly kind: "nothing"; readonly reason: string }
  /** The blacklist could not be changed; all is as before, and it may be tried again. */
  | { readonly kind: "failed"; readonly reason: string };

/** An attempt at a card, with the link to it. */
export interface CardAttempt extends Attempt {
  readonly link: string | null;
}

/** An attempt to undo; `isSure`: though more than half of the list is taken out by it. */
export interface UndoAttempt extends CardAttempt {
  readonly isSure?: boolean;
}

export interface BlockAttempt extends CardAttempt {
  /** The addresses that were ticked; null: all that may be blocked. */
  readonly ips: readonly string[] | null;
  /** The life of the block; 0: until removed; null: BLOCK_DAYS. */
  readonly days: number | null;
  readonly reason: string | null;
  /** Whether more than MAX_BLOCKS_PER_APPROVAL are meant. */
  readonly isSure: boolean;
}

const DAY_MS = 86_400_000;

/**
 * Blocks what a scan found unsafe, as far as it may be blocked at this moment: what the form or the card said does not
 * count. The first decision stands.
 */
export async function approve(
  tools: ListTools,
  proposalId: string,
  attempt: BlockAttempt,
): Promise<Approved> {
  return attemptAt(tools, proposalId, attempt, "block", async (proposal, decision) => {
    if (decision !== null) return { kind: "already", decision };
    const { days, isSure } = attempt;
    if (days !== null && !isDays(days)) {
      return { kind: "nothing", reason: "The life of a block is a whole number of days; 0 = until removed." };
    }
    const wide = attempt.ips?.find(isWiderThanOne);
    if (wide !== undefined) return { kind: "nothing", reason: tooWide(wide) };
    const { toBlock } = await contentOf(tools, proposal);
    const ips = chosenOf(
      toBlock.map(({ ip }) => ip),
      attempt.ips,
    );
    if (ips.length === 0) {
      // Another process may have decided it since it was looked at, and that is why nothing is left.
      const late = await settledDecision(tools, proposal);
      if (late !== null) return { kind: "already", decision: late };
      return { kind: "nothing", reason: nothingToBlock(attempt.ips) };
    }
    const most = tools.config.maxBlocksPerApproval;
    if (ips.length > most && !isSure) return { kind: "unsure", count: ips.length, most };
    const deciding = decidingOf(tools, attempt);
    const reason = toReason(attempt.reason);
    const life = (days ?? tools.config.blockDays) * DAY_MS;
    const until = life === 0 ? null : deciding.at + life;
    step("approval worked out");
    const change = await decideBlock(tools, proposal, deciding, { ips, reason, until });
    return concluded(tools, proposal, change);
  });
}

/** Closes a proposal without blocking anything. */
export async function dismiss(tools: ListTools, proposalId: string, attempt: CardAttempt): Promise<Approved> {
  return attemptAt(tools, proposalId, attempt, "dismiss", async (proposal, decision) => {
    if (decision !== null) return { kind: "already", decision };
    const isFirst = await decideDismiss(tools, proposal, decidingOf(tools, attempt));
    return outcomeOf(tools, proposal, isFirst ? "decided" : "already");
  });
}

/** Takes out exactly what an approval has added and what is still its own; more than half of the list only if that is sure. */
export async function undo(tools: ListTools, proposalId: string, attempt: UndoAttempt): Promise<Approved> {
  return attemptAt(tools, proposalId, attempt, "undo", async (proposal, decision) => {
    if (decision === null)
      return { kind: "nothing", reason: "Nothing was blocked here, so nothing can be undone." };
    if (decision.state !== "blocked") return { kind: "already", decision };
    const listed = new Set(tools.listings.blocked());
    const count = decision.added.filter((ip) => listed.has(ip)).length;
    if (attempt.isSure !== true && isLargeRemoval(count, listed.size))
      return { kind: "unsure-undo", count, listed: listed.size };
    const change = await decideUndo(tools, proposal, decidingOf(tools, attempt), decision.added);
    return concluded(tools, proposal, change);
  });
}

/** Whether a person may open the form of **Choose…**; who may not is noted in the audit trail. */
export async function mayChoose(tools: ListTools, proposalId: string, attempt: Attempt): Promise<Right> {
  const proposal = await findProposal(tools, proposalId);
  if (proposal === null) return { may: false, reason: GONE };
  return rightAt(tools, proposal, { ...attempt, link: null }, "block");
}

const GONE = "This question is not known here any more: scan again for a new one.";

/** Right first, then what was decided before, then the work; a list that cannot be read or written is an outcome. */
async function attemptAt(
  tools: ListTools,
  proposalId: string,
  attempt: CardAttempt,
  action: "block" | "dismiss" | "undo",
  work: (proposal: Proposal, decision: Decision | null) => Promise<Approved>,
): Promise<Approved> {
  const proposal = await findProposal(tools, proposalId);
  if (proposal === null) return { kind: "nothing", reason: GONE };
  const right = await rightAt(tools, proposal, attempt, action);
  if (!right.may) return { kind: "refused", reason: right.reason };
  try {
    await expireProposals(tools);
    return await work(proposal, await settledDecision(tools, proposal));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    tools.log.warn({ proposal: proposalId, reason: error.message }, `${action} failed`);
    return { kind: "failed", reason: error.message };
  }
}

async function rightAt(
  tools: ListTools,
  proposal: Proposal,
  { user, groupsOf, link }: CardAttempt,
  action: "block" | "dismiss" | "undo",
): Promise<Right> {
  const right = await rightOf(
    tools,
    user,
    groupsOf,
    action === "block" ? { requestedBy: proposal.requestedBy } : {},
  );
  if (right.may) return right;
  await appendAudit(tools.records, {
    at: tools.clock.now(),
    who: nameWho(user),
    action: `${action} refused`,
    subject: proposal.id,
    detail: { refused: right.reason, scan: proposal.scanId, link },
  });
  return right;
}

/** What is ticked and may be blocked. */
function chosenOf(toBlock: readonly string[], ticked: readonly string[] | null): readonly string[] {
  if (ticked === null) return toBlock;
  const wanted = new Set(
    ticked.map((text) => {
      const address = toAddress(text.trim());
      return address === null ? text : toCanonical(address);
    }),
  );
  return toBlock.filter((ip) => wanted.has(ip));
}

function tooWide(text: string): string {
  return `Only single addresses can be blocked: ${text.trim().slice(0, 60)} is more than one. Nothing was blocked.`;
}

function nothingToBlock(ticked: readonly string[] | null): string {
  if (ticked === null)
    return "Nothing is left to block: every unsafe address is listed, protected or left out by now.";
  if (ticked.length === 0) return "No address was ticked, so nothing was blocked.";
  return "None of what was ticked may be blocked: it is listed, protected or left out by now.";
}

/** Carries out what was decided, if this attempt decided it. */
async function concluded(tools: ListTools, proposal: Proposal, change: number | null): Promise<Approved> {
  if (change === null) return outcomeOf(tools, proposal, "already");
  step("change written down");
  try {
    await carryOut(tools, change);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${error.message} Nothing was changed: press again when it is mended.`, {
      cause: error,
    });
  }
  return outcomeOf(tools, proposal, "decided");
}

async function outcomeOf(
  tools: ListTools,
  proposal: Proposal,
  kind: "decided" | "already",
): Promise<Approved> {
  const decision = await (kind === "decided" ? decisionOf : settledDecision)(tools, proposal);
  if (decision === null) {
    throw new UserError("What was decided at the same moment could not be carried out.");
  }
  if (kind === "decided") logDecision(tools, proposal, decision);
  return { kind, decision };
}

function logDecision({ log }: ListTools, { id, scanId }: Proposal, decision: Decision): void {
  const { state, by, undoneBy, added, removed } = decision;
  const counts = { added: added.length, removed: removed.length };
  log.info({ proposal: id, scan: scanId, state, by: undoneBy ?? by, ...counts }, "proposal decided");
}

function decidingOf({ clock }: ListTools, { user, link }: CardAttempt): Deciding {
  return { at: clock.now(), by: user.id, who: nameWho(user), link };
}
