import { UserError } from "../errors.ts";
import { nameWho, rightOf, type Right } from "../lists/approver.ts";
import { isDays, toReason } from "../lists/block-terms.ts";
import { entriesOf, isOpen } from "../lists/digest-entries.ts";
import { decideEndings, type Verdict } from "../lists/extension.ts";
import type { ListTools } from "../lists/list-tools.ts";
import { appendAudit } from "../records/audit-trail.ts";
import type { CardAttempt } from "./approval.ts";

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

const NOTHING_LEFT = "Nothing is left to decide: every block here was decided, or is over.";

/** How long **Extend** lets blocks stay on, in days. */
export function extendDays({ config }: Pick<ListTools, "config">): number {
  return config.blockDays === 0 ? USUAL_DAYS : config.blockDays;
}

/** Lets blocks of a digest stay on, as far as they are not decided or over. An approval as any other. */
export async function extend(
  tools: ListTools,
  digestId: string,
  attempt: ExtendAttempt,
): Promise<EndingsDecided> {
  const { ips, reason, isSure } = attempt;
  const days = attempt.days ?? extendDays(tools);
  const right = await rightAt(tools, digestId, attempt, "extend");
  if (!right.may) return { kind: "refused", reason: right.reason };
  if (!isDays(days))
    return { kind: "nothing", reason: "An extension is a whole number of days; 0 = until removed." };
  if (ips?.length === 0)
    return { kind: "nothing", reason: "No address was ticked, so nothing was extended." };
  const entries = await entriesOf(tools.records, digestId, tools.config.rule);
  const count = entries.filter((entry) => isOpen(entry) && (ips === null || ips.includes(entry.ip))).length;
  const most = tools.config.maxBlocksPerApproval;
  if (count > most && ips === null && !isSure) return { kind: "unsure", count, most };
  return decide(tools, digestId, ips, { kind: "extend", days, reason: toReason(reason) }, attempt);
}

/** Lets the blocks of a digest end as they were to, as far as they are not decided or over. */
export async function letGo(
  tools: ListTools,
  digestId: string,
  attempt: CardAttempt,
): Promise<EndingsDecided> {
  const right = await rightAt(tools, digestId, attempt, "let go");
  if (!right.may) return { kind: "refused", reason: right.reason };
  return decide(tools, digestId, null, { kind: "let go" }, attempt);
}

/** Whether a person may decide about a digest; who may not is noted in the audit trail. */
export async function rightAt(
  tools: ListTools,
  digestId: string,
  { user, groupsOf, link }: CardAttempt,
  action: Verdict["kind"],
): Promise<Right> {
  const right = await rightOf(tools, user, groupsOf, {});
  if (right.may) return right;
  await appendAudit(tools.records, {
    at: tools.clock.now(),
    who: nameWho(user),
    action: `${action} refused`,
    subject: digestId,
    detail: { refused: right.reason, link },
  });
  return right;
}

async function decide(
  tools: ListTools,
  digestId: string,
  ips: readonly string[] | null,
  verdict: Verdict,
  { user, link }: CardAttempt,
): Promise<EndingsDecided> {
  const deciding = { at: tools.clock.now(), by: user.id, who: nameWho(user), link };
  try {
    const decided = await decideEndings(tools, digestId, ips, verdict, deciding);
    if (decided.length === 0) return { kind: "nothing", reason: NOTHING_LEFT };
    tools.log.info(
      { digest: digestId, by: user.id, decision: verdict.kind, count: decided.length },
      "endings decided",
    );
    return { kind: "decided", ips: decided };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    tools.log.warn({ digest: digestId, reason: error.message }, `${verdict.kind} failed`);
    return {
      kind: "nothing",
      reason: `${error.message} Nothing was changed: press again when it is mended.`,
    };
  }
}
