import { expireProposals, unshownProposals } from "../lists/proposal.ts";
import { dropOldHours } from "../lookup/ledger-rows.ts";
import { endBlocks } from "./approval.ts";
import { tellDigests } from "./chat-digest.ts";
import type { ChatTools } from "./chat-tools.ts";
import { showProposal } from "./proposal-clicks.ts";

const EVERY_MS = 60_000;

/**
 * Ends, every minute, what has had its time, blocks and questions to the approvers, and asks about blocks that end soon.
 * Until the program ends.
 * A card that its platform does not let be changed now holds nothing else up.
 */
export async function tidy(tools: ChatTools): Promise<void> {
  const underWay = new Set<string>();
  const digests = { startedAt: tools.clock.now(), underWay };
  while (!tools.signal.aborted) {
    try {
      await endBlocks(tools);
      await expireProposals(tools);
      await tellDigests(tools, digests);
      await dropOldHours(tools.records, tools.clock.now());
      await showCards(tools, underWay);
    } catch (error) {
      tools.log.error({ err: error }, "tidying failed, is tried again");
    }
    await tools.clock.wait(EVERY_MS, tools.signal);
  }
}

/**
 * One of several processes tidies for all, and can change cards only on platforms that it serves: the others look, every
 * minute, what is left to be shown on theirs. Until the program ends.
 */
export async function showOwnCards(tools: ChatTools): Promise<void> {
  const { presence, clock, signal, log } = tools;
  if (presence === null) return;
  const underWay = new Set<string>();
  while (!signal.aborted) {
    await clock.wait(EVERY_MS, signal);
    if (presence.isLeader()) continue;
    try {
      await showCards(tools, underWay);
    } catch (error) {
      log.warn({ err: error }, "cards could not be looked through, is tried again");
    }
  }
}

async function showCards(tools: ChatTools, underWay: Set<string>): Promise<void> {
  for (const { id } of await unshownProposals(tools)) {
    if (underWay.has(id)) continue;
    underWay.add(id);
    tools.track(
      "card",
      show(tools, id).finally(() => underWay.delete(id)),
    );
  }
}

async function show(tools: ChatTools, proposalId: string): Promise<void> {
  await showProposal(tools, proposalId);
}
