import { UserError } from "../errors.ts";
import { nameWho, rightOf, type Attempt } from "../lists/approver.ts";
import type { ListTools } from "../lists/list-tools.ts";
import { appendAudit } from "../records/audit-trail.ts";

/** The person at this machine's command line, as APPROVERS names them. */
export const CONSOLE = "local:console";

/** What somebody wants to do, as the audit trail calls it, and to what. */
export interface Act {
  readonly action: string;
  readonly subject: string;
  readonly reason?: string | null;
}

/** Who may not change the lists is noted in the audit trail. @throws UserError, with what to set where it is the console. */
export async function assertRight(
  tools: ListTools,
  { action, subject, reason }: Act,
  { user, groupsOf }: Attempt,
): Promise<void> {
  const right = await rightOf(tools, user, groupsOf, {});
  if (right.may) return;
  await appendAudit(tools.records, {
    at: tools.clock.now(),
    who: nameWho(user),
    action: `${action} refused`,
    subject,
    detail: { ...(reason !== undefined && { reason }), refused: right.reason },
  });
  const hint = ` To let people at this machine do it, add ${CONSOLE} to APPROVERS.`;
  throw new UserError(user.id === CONSOLE ? right.reason + hint : right.reason, { isRefusal: true });
}
