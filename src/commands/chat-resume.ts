import { wordTime } from "../card.ts";
import type { Bot, Conversation, Incoming } from "../chat.ts";
import type { Inbox } from "../inbox.ts";
import { unshownProposals } from "../lists/proposal.ts";
import { takeOverUnreported } from "../scans/chat-scans.ts";
import { rejudge } from "../scans/rejudge.ts";
import { recoverChanges } from "./approval.ts";
import { continueScan } from "./chat-scan.ts";
import type { ChatTools } from "./chat-tools.ts";
import { showProposal } from "./proposal-clicks.ts";
import { toRequest } from "./request-words.ts";

async function show(tools: ChatTools, proposalId: string): Promise<void> {
  await showProposal(tools, proposalId);
}

/** What is asked to be changed may no longer be wanted after this time; what only tells something does no harm. */
const OLD_MS = 10 * 60_000;

/**
 * Carries through what an earlier run has begun at the lists, and reads what it has left in chat.
 * What it resolves to goes on with that, once the platforms are there.
 */
export async function resumeChat(tools: ChatTools, inbox: Inbox, bot: Bot): Promise<() => Promise<void>> {
  const goOn = await takeWhatIsLeft(tools, inbox, bot);
  const proposals = await unshownProposals(tools);
  return async () => {
    await goOn();
    for (const { id } of proposals) tools.track("card", show(tools, id));
  };
}

/** How often it is looked whether another process is gone. */
const EVERY_MS = 3000;

/**
 * Where several processes share the records, goes on with what others leave when they end, however they end, and with
 * what this one had to leave while the records were away. Until the program ends.
 */
export async function takeOver(tools: ChatTools, inbox: Inbox, bot: Bot): Promise<void> {
  if (tools.presence === null) return;
  while (!tools.signal.aborted) {
    await tools.clock.wait(EVERY_MS, tools.signal);
    try {
      const goOn = await takeWhatIsLeft(tools, inbox, bot);
      await goOn();
    } catch (error) {
      tools.log.warn({ err: error }, "what others left could not be read, is tried again");
    }
  }
}

async function takeWhatIsLeft(tools: ChatTools, inbox: Inbox, bot: Bot): Promise<() => Promise<void>> {
  await recoverChanges(tools);
  // Another process may serve a platform that this one does not.
  const mayTake = (id: string) => tools.presence === null || tools.conversation(id) !== null;
  const scans = await takeOverUnreported(tools.records, mayTake);
  const requests = await inbox.takeOver(mayTake);
  return async () => {
    for (const scan of scans) {
      const conversation = scan.conversation === null ? null : tools.conversation(scan.conversation);
      if (conversation === null) continue;
      await rejudge(tools.records, scan.id, tools.config.rule);
      await continueScan(tools, conversation, scan);
    }
    for (const { incoming, receivedAt } of requests) {
      const conversation = tools.conversation(incoming.conversation);
      const isOld = tools.clock.now() - receivedAt > OLD_MS && isChange(incoming);
      if (conversation === null) await inbox.close(incoming.delivery);
      else if (isOld) tools.track("old request", decline(inbox, conversation, incoming, receivedAt));
      else tools.track("request", bot.handle(incoming, conversation));
    }
  };
}

/** Whether it asks for a change of a list or a scan. */
function isChange(incoming: Incoming): boolean {
  if (incoming.kind === "action") return true;
  const isAddressed = incoming.kind === "command" || ["mention", "direct"].includes(incoming.addressed);
  return isAddressed && ["unblock", "cancel"].includes(toRequest(incoming.text).kind);
}

async function decline(
  inbox: Inbox,
  conversation: Conversation,
  incoming: Incoming,
  receivedAt: number,
): Promise<void> {
  const [what, again] =
    incoming.kind === "action"
      ? (["The button that you pressed", "press it again"] as const)
      : ([`"${incoming.text.slice(0, 200)}"`, "ask again"] as const);
  const text = `${what} came just before a restart, at ${wordTime(receivedAt)}, and may not have been carried out. It is too old to be done now without a question: look how things are, and ${again} if it is still wanted.`;
  await conversation.whisper({ kind: "notice", tone: "problem", text });
  await inbox.close(incoming.delivery);
}
