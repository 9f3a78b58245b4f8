import type { DigestEntry } from "../block-model.ts";
import { UserError } from "../errors.ts";
import { toAddress, toCanonical } from "../lists/address.ts";
import { nameWho, rightOf, type Right } from "../lists/approver.ts";
import { isDays, toReason } from "../lists/block-terms.ts";
import { entriesOf, isOpen } from "../lists/digest-entries.ts";
import { findDigest } from "../lists/digest.ts";
import { decideEndings, type EndDecision } from "../lists/extension.ts";
import type { ListTools } from "../lists/list-tools.ts";
import { appendAudit } from "../records/audit-trail.ts";
import type { CardAttempt } from "./approval.ts";
import { GONE } from "./click.ts";

/** What became of an attempt to decide about blocks that end soon. Every `reason` is a sentence for the person. */
export type EndingsDecided =
  | { readonly kind: "decided"; readonly ips: readonly string[] }
  /** The person may not; the attempt is in the audit trail. */
  | { readonly kind: "refused"; readonly reason: string }
  /** More than MAX_BLOCKS_PER_APPROVAL would stay on: to be asked once more. */
  | { readonly kind: "unsure"; readonly count: number; readonly most: number }
  /** There is nothing to do, or nothing was changed. */
  | { readonly kind: "nothing"; readonly reason: string };

/** An attempt to let blocks stay on. */
export interface ExtendAttempt extends CardAttempt {
  /** The addresses that were ticked; null: all that can be decided. */
  readonly ips: readonly string[] | null;
  /** For so many days after they were to end; 0: until removed; null: as the button says. */
  readonly days: number | null;
  readonly reason: string | null;
  /** Whether more than MAX_BLOCKS_PER_APPROVAL are meant. */
  readonly isSure: boolean;
}

/** Where BLOCK_DAYS sets no end, those that have one get so many days more. */
const USUAL_DAYS = 30;

/** Said where there is nothing that could be decided. */
export const NOTHING_LEFT = "Nothing is left to decide: every block here was decided, or is over.";

/** How long **Extend** of a new digest lets blocks stay on, in days. */
export function usualExtendDays({ config }: Pick<ListTools, "config">): number {
  return config.blockDays === 0 ? USUAL_DAYS : config.blockDays;
}

/** Lets blocks of a digest stay on, as far as they are not decided or over. An approval as any other: FOUR_EYES holds too. */
export async function extend(
  tools: ListTools,
  digestId: string,
  attempt: ExtendAttempt,
): Promise<EndingsDecided> {
  const digest = await findDigest(tools.records, digestId);
  if (digest === null) return { kind: "nothing", reason: GONE };
  const right = await rightAt(tools, digestId, attempt, "extend");
  if (!right.may) return { kind: "refused", reason: right.reason };
  const { ips, reason, isSure, user } = attempt;
  const days = attempt.days ?? digest.extendDays;
  if (!isDays(days))
    return { kind: "nothing", reason: "An extension is a whole number of days; 0 = until removed." };
  if (ips?.length === 0)
    return { kind: "nothing", reason: "No address was ticked, so nothing was extended." };
  const entries = await entriesOf(tools.records, tools, digestId);
  const isTicked = toTicked(ips);
  const open = entries.filter((entry) => isOpen(entry) && isTicked(entry));
  if (open.length === 0) return { kind: "nothing", reason: NOTHING_LEFT };
  const isTheirs = ({ proposedFor }: DigestEntry) => tools.config.isFourEyes && proposedFor === user.id;
  const count = open.filter((entry) => !isTheirs(entry)).length;
  if (count === 0) return refused(tools, digestId, attempt, "extend", FOUR_EYES);
  const most = tools.config.maxBlocksPerApproval;
  if (count > most && !isSure) return { kind: "unsure", count, most };
  const isMeant = (entry: DigestEntry) => isTicked(entry) && !isTheirs(entry);
  return decide(tools, digestId, isMeant, { kind: "extend", days, reason: toReason(reason) }, attempt);
}

/** Lets blocks of a digest end as they were to, as far as they are not decided or over; `ips` as of `ExtendAttempt`. */
export async function letGo(
  tools: ListTools,
  digestId: string,
  attempt: CardAttempt,
  ips: readonly string[] | null = null,
): Promise<EndingsDecided> {
  if ((await findDigest(tools.records, digestId)) === null) return { kind: "nothing", reason: GONE };
  const right = await rightAt(tools, digestId, attempt, "let go");
  if (!right.may) return { kind: "refused", reason: right.reason };
  if (ips?.length === 0) return { kind: "nothing", reason: "No address was ticked, so nothing was decided." };
  return decide(tools, digestId, toTicked(ips), { kind: "let go" }, attempt);
}

/** Whether a block is among those that were ticked, in whatever form; null: all were. */
function toTicked(ips: readonly string[] | null): (entry: DigestEntry) => boolean {
  if (ips === null) return () => true;
  const ticked = new Set(ips.map(toKnownForm));
  return ({ ip }) => ticked.has(ip);
}

function toKnownForm(text: string): string {
  const address = toAddress(text.trim());
  return address === null ? text : toCanonical(address);
}

/** Whether a person may decide about a digest; who may not is noted in the audit trail. */
export async function rightAt(
  tools: ListTools,
  digestId: string,
  attempt: CardAttempt,
  action: EndDecision["kind"],
): Promise<Right> {
  const right = await rightOf(tools, attempt.user, attempt.groupsOf, {});
  if (!right.may) await refused(tools, digestId, attempt, action, right.reason);
  return right;
}

const FOUR_EYES =
  "You asked for the scans on which these were blocked, so another approver must decide (FOUR_EYES is set).";

async function refused(
  { records, clock }: ListTools,
  digestId: string,
  { user, link }: CardAttempt,
  action: EndDecision["kind"],
  reason: string,
): Promise<EndingsDecided> {
  await appendAudit(records, {
    at: clock.now(),
    who: nameWho(user),
    action: `${action} refused`,
    subject: digestId,
    detail: { refused: reason, link },
  });
  return { kind: "refused", reason };
}

async function decide(
  tools: ListTools,
  digestId: string,
  isMeant: (entry: DigestEntry) => boolean,
  decision: EndDecision,
  { user, link }: CardAttempt,
): Promise<EndingsDecided> {
  const deciding = { at: tools.clock.now(), by: user.id, who: nameWho(user), link };
  try {
    const ips = await decideEndings(tools, digestId, isMeant, decision, deciding);
    if (ips.length === 0) return { kind: "nothing", reason: NOTHING_LEFT };
    const about = { digest: digestId, by: user.id, decision: decision.kind, count: ips.length };
    tools.log.info(about, "endings decided");
    return { kind: "decided", ips };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    tools.log.warn({ digest: digestId, reason: error.message }, `${decision.kind} failed`);
    return {
      kind: "nothing",
      reason: `${error.message} Nothing was changed: press again when it is mended.`,
    };
  }
}
