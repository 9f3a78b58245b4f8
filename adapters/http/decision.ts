import { z } from "zod";

import type { Reply, User } from "../../src/contract.ts";
import { Problem } from "./problem.ts";
import { press, wordsOf, type Desk } from "./scan-request.ts";

/** What a decision about addresses may say. */
export const Deciding = z.object({
  ips: z.array(z.string().max(64)).max(100_000).optional(),
  days: z.number().int().min(0).max(36_500).optional(),
  reason: z.string().max(500).optional(),
  sure: z.boolean().default(false),
});

/**
 * Presses a button of a question, as chat does. @throws Problem where it was not done: 409 what was decided before, or
 * wants `sure`; 403 who may not; 422 what cannot be done as things are.
 */
export async function decide(
  desk: Desk,
  user: User,
  action: string,
  { ips, days, reason }: z.infer<typeof Deciding>,
  hasApprovers: boolean,
): Promise<void> {
  const told = await press(desk, user, action, {
    ...(ips !== undefined && { ips }),
    ...(days !== undefined && { days: [String(days)] }),
    ...(reason !== undefined && { reason: [reason] }),
  });
  const [said] = told;
  if (said !== undefined && !isDone(said)) throw new Problem(statusOf(said, hasApprovers), wordsOf(told));
}

/** What is said to who has decided it. */
function isDone(said: Reply): boolean {
  return said.kind === "decision" || (said.kind === "notice" && said.tone === "info");
}

/** A second question wants `sure`; a refusal names who may, if anybody; anything else cannot be done as things are. */
function statusOf(said: Reply, hasApprovers: boolean): number {
  if (["too-late", "confirmation", "removal-confirmation"].includes(said.kind)) return 409;
  return said.kind === "notice" && (!hasApprovers || (said.people ?? []).length > 0) ? 403 : 422;
}
