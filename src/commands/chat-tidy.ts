import { expireProposals, unshownProposals } from "../lists/proposal.ts";
import { endBlocks } from "./approval.ts";
import type { ChatTools } from "./chat-tools.ts";
import { showProposal } from "./clicks.ts";

const EVERY_MS = 60_000;

/** Ends, every minute, what has had its time: blocks and questions to the approvers. Until the program ends. */
export async function tidy(tools: ChatTools): Promise<void> {
  while (!tools.signal.aborted) {
    try {
      await endBlocks(tools);
      await expireProposals(tools);
      for (const { id } of await unshownProposals(tools)) await showProposal(tools, id);
    } catch (error) {
      tools.log.error({ err: error }, "tidying failed, is tried again");
    }
    await tools.clock.wait(EVERY_MS, tools.signal);
  }
}
