import { UserError } from "../errors.ts";
import { step } from "../step.ts";
import { VTIP } from "./actor.ts";
import { overdueAddresses } from "./block-rows.ts";
import { carryOut, recoverChanges } from "./change-work.ts";
import { openChange } from "./list-change.ts";
import type { ListTools } from "./list-tools.ts";

/** Takes blocks out whose time is over, after what dead processes left open. To be called every minute. Never adds anything. */
export async function endBlocks(tools: ListTools): Promise<void> {
  await recoverChanges(tools);
  const at = tools.clock.now();
  const wanted = await overdueAddresses(tools.records, at);
  if (wanted.length === 0) return;
  const change = await openChange(tools.records, {
    at,
    kind: "remove",
    who: VTIP,
    action: "block ended",
    wanted,
    reason: null,
    until: null,
    proposalId: null,
    scanId: null,
    link: null,
  });
  step("change written down");
  try {
    await carryOut(tools, change);
    tools.log.info({ addresses: wanted.length }, "blocks ended");
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    tools.log.warn({ reason: error.message }, "blocks that are over could not be taken out");
  }
}
