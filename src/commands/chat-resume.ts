import type { Bot } from "../chat.ts";
import type { Inbox } from "../inbox.ts";
import { unshownProposals } from "../lists/proposal.ts";
import { takeOverUnreported } from "../scans/chat-scans.ts";
import { rejudge } from "../scans/rejudge.ts";
import { recoverChanges } from "./approval.ts";
import { continueScan } from "./chat-scan.ts";
import type { ChatTools } from "./chat-tools.ts";
import { showProposal } from "./clicks.ts";

async function show(tools: ChatTools, proposalId: string): Promise<void> {
  await showProposal(tools, proposalId);
}

/** A click this old may no longer be what the person wants. Its buttons are still there. */
const OLD_CLICK_MS = 10 * 60_000;

/**
 * Carries through what an earlier run has begun at the lists, and reads what it has left in chat.
 * What it resolves to goes on with that, once the platforms are there.
 */
export async function resumeChat(tools: ChatTools, inbox: Inbox, bot: Bot): Promise<() => Promise<void>> {
  await recoverChanges(tools);
  const scans = await takeOverUnreported(tools.records);
  const requests = await inbox.takeOver();
  const proposals = await unshownProposals(tools);
  return async () => {
    for (const scan of scans) {
      const conversation = scan.conversation === null ? null : tools.conversation(scan.conversation);
      if (conversation === null) continue;
      await rejudge(tools.records, scan.id, tools.config.rule);
      await continueScan(tools, conversation, scan);
    }
    for (const { id } of proposals) tools.track("card", show(tools, id));
    for (const { incoming, receivedAt } of requests) {
      const conversation = tools.conversation(incoming.conversation);
      const isOld = incoming.kind === "action" && tools.clock.now() - receivedAt > OLD_CLICK_MS;
      if (conversation === null || isOld) await inbox.close(incoming.delivery);
      else tools.track("request", bot.handle(incoming, conversation));
    }
  };
}
