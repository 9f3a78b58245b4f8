import { basename } from "node:path";

import { UserError } from "../errors.ts";
import { nameWho, type Attempt } from "../lists/approver.ts";
import { toReason } from "../lists/block-terms.ts";
import { carryOut } from "../lists/change-work.ts";
import { openChange } from "../lists/list-change.ts";
import type { ListTools } from "../lists/list-tools.ts";
import { step } from "../step.ts";
import { assertRight } from "./console-right.ts";
import { toIp } from "./lists.ts";

/**
 * Takes an address off the blacklist and resolves to it in canonical form. Who may not is noted in the audit trail.
 * @throws UserError when it is not there, the person may not, or the list cannot be changed.
 */
export async function unblock(
  tools: ListTools,
  text: string,
  reason: string | null,
  attempt: Attempt,
): Promise<string> {
  // The end of a range that was written with spaces looks like a reason.
  const ip = toIp(text + (/^\s*[-\u2013]\s*[\d.:a-f]+(?=\s|$)/iu.exec(reason ?? "")?.[0] ?? ""));
  const who = nameWho(attempt.user);
  const at = tools.clock.now();
  const words = toReason(reason);
  await assertRight(tools, { action: "unblock", subject: ip, reason: words }, attempt);
  if (tools.listings.blacklistLine({ kind: "ip", value: ip }) === null) throw notListed(tools, ip);
  const change = await openChange(tools.records, {
    at,
    kind: "remove",
    who,
    action: "unblock",
    wanted: [ip],
    reason: words,
    until: null,
    proposalId: null,
    scanId: null,
    link: null,
  });
  step("change written down");
  await carryOut(tools, change);
  if (!(await isDone(tools, change))) throw notListed(tools, ip);
  tools.log.info({ ip, by: attempt.user.id }, "address unblocked");
  return ip;
}

/** A change that found nothing to do is taken back. */
async function isDone({ records }: ListTools, change: number): Promise<boolean> {
  const row = await records
    .selectFrom("list_change")
    .select("id")
    .where("id", "=", change)
    .executeTakeFirst();
  return row !== undefined;
}

function notListed({ config }: ListTools, ip: string): UserError {
  return new UserError(`${ip} is not on ${basename(config.blacklistFile)}.`);
}
