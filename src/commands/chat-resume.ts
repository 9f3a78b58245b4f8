import { wordTime } from "../card.ts";
import type { Bot, Conversation, Incoming } from "../chat.ts";
import type { Inbox, LeftRequest } from "../inbox.ts";
import { unshownProposals } from "../lists/proposal.ts";
import { isAway } from "../records/away.ts";
import { takeOverUnreported } from "../scans/chat-scans.ts";
import { rejudge } from "../scans/rejudge.ts";
import type { Scan } from "../scans/scan.ts";
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

/** Goes on with one thing that was left. What it throws says that it is to be tried again. */
type Work = () => Promise<void>;

/**
 * Carries through what an earlier run has begun at the lists, and reads what it has left in chat.
 * What it resolves to goes on with that, once the platforms are there.
 */
export async function resumeChat(tools: ChatTools, inbox: Inbox, bot: Bot): Promise<() => Promise<void>> {
  await recoverChanges(tools);
  const works = [...(await takeScans(tools)), ...(await takeRequests(tools, inbox, bot))];
  const proposals = await unshownProposals(tools);
  return async () => {
    await goOn(tools, works);
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
      await recoverChanges(tools);
      // Each at once: what is taken is this run's, and would be forgotten if the next could not be read.
      await goOn(tools, await takeScans(tools));
      await goOn(tools, await takeRequests(tools, inbox, bot));
    } catch (error) {
      tools.log.warn({ err: error }, "what others left could not be read, is tried again");
    }
  }
}

/** Tries each, whatever comes of the others. What failed is tried again by itself: it is this run's by now. */
async function goOn(tools: ChatTools, works: readonly Work[]): Promise<void> {
  const failed = await tryAll(tools, works);
  if (failed.length > 0) tools.track("what was left", tryUntilDone(tools, failed));
}

async function tryUntilDone(tools: ChatTools, works: readonly Work[]): Promise<void> {
  for (let left = works; left.length > 0;) {
    await tools.clock.wait(EVERY_MS, tools.signal);
    if (tools.signal.aborted) return;
    left = await tryAll(tools, left);
  }
}

async function tryAll(tools: ChatTools, works: readonly Work[]): Promise<readonly Work[]> {
  const failed: Work[] = [];
  for (const work of works) {
    try {
      await work();
    } catch (error) {
      tools.log.warn({ err: error }, "what was left could not be gone on with, is tried again");
      failed.push(work);
    }
  }
  return failed;
}

async function takeScans(tools: ChatTools): Promise<readonly Work[]> {
  const scans = await takeOverUnreported(tools.records, toTakeable(tools));
  return scans.map((scan) => async () => goOnWithScan(tools, scan));
}

async function takeRequests(tools: ChatTools, inbox: Inbox, bot: Bot): Promise<readonly Work[]> {
  const requests = await inbox.takeOver(toTakeable(tools));
  return requests.map((request) => async () => goOnWithRequest(tools, inbox, bot, request));
}

/** Another process may serve a platform that this one does not. */
function toTakeable({ presence, conversation }: ChatTools): (id: string) => boolean {
  return (id) => presence === null || conversation(id) !== null;
}

async function goOnWithScan(tools: ChatTools, scan: Scan): Promise<void> {
  const conversation = scan.conversation === null ? null : tools.conversation(scan.conversation);
  if (conversation === null) return;
  try {
    await rejudge(tools.records, scan.id, tools.config.rule);
  } catch (error) {
    if (isAway(error)) throw error;
    // Its verdicts stay as they were judged before: that is no reason to leave it without a report.
    tools.log.error({ err: error, scanId: scan.id }, "results could not be judged anew");
  }
  await continueScan(tools, conversation, scan);
}

async function goOnWithRequest(
  tools: ChatTools,
  inbox: Inbox,
  bot: Bot,
  { incoming, receivedAt }: LeftRequest,
): Promise<void> {
  const conversation = tools.conversation(incoming.conversation);
  const isOld = tools.clock.now() - receivedAt > OLD_MS && isChange(incoming);
  if (conversation === null) await inbox.close(incoming.delivery);
  else if (isOld) tools.track("old request", decline(inbox, conversation, incoming, receivedAt));
  else tools.track("request", bot.handle(incoming, conversation));
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
