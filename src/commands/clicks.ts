import type { ActionIncoming, Conversation } from "../chat.ts";
import { nameWho, rightOf } from "../lists/approver.ts";
import { keepChoice, readChoice, type Choice } from "../lists/choice.ts";
import { findProposal, markShown } from "../lists/proposal.ts";
import { appendAudit } from "../records/audit-trail.ts";
import type { Reply } from "../reply.ts";
import { startPlanned } from "../scans/chat-scans.ts";
import { cancelScan, findScan } from "../scans/scan-store.ts";
import type { Scan } from "../scans/scan.ts";
import { step } from "../step.ts";
import { approve, dismiss, mayChoose, undo, type Approved } from "./approval.ts";
import { continueScan } from "./chat-scan.ts";
import type { ChatTools } from "./chat-tools.ts";
import { proposalReply, toQuestion } from "./proposal-reply.ts";

/** A click with what it needs. */
interface Click {
  readonly tools: ChatTools;
  readonly conversation: Conversation;
  readonly incoming: ActionIncoming;
  /** What the button is about: a scan or a proposal. */
  readonly subject: string;
}

const DONE: Reply = { kind: "notice", tone: "info", text: "Done: the card says what was decided." };
const NOTHING_LEFT =
  "Nothing is left to block: every unsafe address is listed, protected or left out by now.";
const GONE = "This button belongs to something that is no longer known here. Scan again for a new one.";

/** Does what a button says. What it may not do, or cannot, is told to the one who pressed. */
export async function click(
  tools: ChatTools,
  conversation: Conversation,
  incoming: ActionIncoming,
): Promise<void> {
  const [verb = "", subject = ""] = incoming.action.split(":");
  const pressed: Click = { tools, conversation, incoming, subject };
  switch (verb) {
    case "start":
    case "cached":
      return startScan(pressed, verb === "cached");
    case "cancel":
      return cancelByClick(pressed);
    case "block":
    case "sure":
      return block(pressed, incoming.values, { isSure: verb === "sure", again: "sure" });
    case "choose":
      return openChoice(pressed);
    case "chosen":
      return block(pressed, { ips: [], ...incoming.values }, { isSure: false, again: "sure-chosen" });
    case "sure-chosen": {
      const chosen = await readChoice(tools, subject, incoming.user.id);
      return chosen === null
        ? whisper(conversation, GONE)
        : block(pressed, chosen, { isSure: true, again: verb });
    }
    case "dismiss":
      return decide(pressed, verb, async (options) => dismiss(tools, subject, options));
    case "undo":
    case "sure-undo": {
      const isSure = verb === "sure-undo";
      return decide(pressed, "sure-undo", async (options) => undo(tools, subject, { ...options, isSure }));
    }
    default:
      return whisper(conversation, GONE);
  }
}

async function startScan(
  { tools, conversation, incoming, subject }: Click,
  cachedOnly: boolean,
): Promise<void> {
  const scan = await findScan(tools.records, subject);
  if (scan === null) return whisper(conversation, GONE);
  const problem = await notTheirs(tools, scan, incoming, "start it");
  if (problem !== null) return whisper(conversation, problem);
  if (!(await startPlanned(tools.records, scan, cachedOnly))) {
    return whisper(
      conversation,
      `${scan.id} was ${scan.state === "cancelled" ? "cancelled" : "started"} before.`,
    );
  }
  step("plan started");
  const started = await findScan(tools.records, subject);
  if (started !== null) await continueScan(tools, home(tools, conversation, scan), started);
}

async function cancelByClick({ tools, conversation, incoming, subject }: Click): Promise<void> {
  const scan = await findScan(tools.records, subject);
  if (scan === null) return whisper(conversation, GONE);
  const problem = await cancelInChat(tools, scan, incoming);
  if (problem !== null) return whisper(conversation, problem);
}

/** Cancels a scan for its requester or an approver. Resolves to a sentence when it is not to be, else null. */
export async function cancelInChat(
  tools: ChatTools,
  scan: Scan,
  { user }: Pick<ActionIncoming, "user">,
): Promise<string | null> {
  const problem = await notTheirs(tools, scan, { user }, "cancel it");
  if (problem !== null) return problem;
  if (!(await cancelScan(tools.records, scan.id, tools.clock.now()))) return `${scan.id} is over already.`;
  await appendAudit(tools.records, {
    at: tools.clock.now(),
    who: nameWho(user),
    action: "cancel",
    subject: scan.id,
    detail: {},
  });
  const conversation = scan.conversation === null ? null : tools.conversation(scan.conversation);
  const cancelled = await findScan(tools.records, scan.id);
  // Who runs it sees that it is cancelled and reports; a plan has nobody who does.
  if (scan.state === "planned" && conversation !== null && cancelled !== null) {
    await continueScan(tools, conversation, cancelled);
  }
  return null;
}

/** Why this person may not do it, or null: a scan is its requester's and the approvers'. */
async function notTheirs(
  tools: ChatTools,
  scan: Scan,
  { user }: Pick<ActionIncoming, "user">,
  what: string,
): Promise<string | null> {
  if (scan.requestedBy === user.id) return null;
  const right = await rightOf(tools, user, async () => tools.groupsOf(user.id), {});
  return right.may ? null : `Only who asked for ${scan.id} and approvers may ${what}.`;
}

async function openChoice({ tools, conversation, incoming, subject }: Click): Promise<void> {
  const { user } = incoming;
  const asker = { user, groupsOf: async () => tools.groupsOf(user.id) };
  const right = await mayChoose(tools, subject, asker);
  if (!right.may) return whisper(conversation, right.reason, tools.config.approvers);
  const reply = await proposalReply(tools, subject);
  if (reply === null) return whisper(conversation, NOTHING_LEFT);
  if (reply.kind !== "proposal") return showDecision(tools, conversation, subject, reply, incoming);
  const { content, past, blockDays } = reply;
  return conversation.ask({ kind: "choice", proposalId: subject, content, past, blockDays });
}

/** `again` is the button of a second question: what was chosen is kept for it. */
async function block(
  pressed: Click,
  values: Choice,
  { isSure, again }: { readonly isSure: boolean; readonly again: string },
): Promise<void> {
  const { tools, incoming, subject } = pressed;
  const days = values["days"]?.[0];
  if (again === "sure-chosen") await keepChoice(tools, subject, incoming.user.id, values);
  await decide(pressed, again, async (options) =>
    approve(tools, subject, {
      ...options,
      ips: values["ips"] ?? null,
      isSure,
      days: days === undefined ? null : Number(days),
      reason: values["reason"]?.[0]?.trim() || null,
    }),
  );
}

interface Asker {
  readonly user: ActionIncoming["user"];
  readonly groupsOf: () => Promise<readonly string[]>;
  readonly link: string | null;
}

async function decide(
  pressed: Click,
  again: string,
  act: (asker: Asker) => Promise<Approved>,
): Promise<void> {
  const { tools, conversation, incoming, subject } = pressed;
  const { user } = incoming;
  const card = await tools.outbox.messageOf(subject);
  const link = card === null ? null : await conversation.link(card);
  const outcome = await act({ user, groupsOf: async () => tools.groupsOf(user.id), link });
  step("decision made");
  switch (outcome.kind) {
    case "decided":
      return showDecided(pressed);
    case "already": {
      const reply = await proposalReply(tools, subject);
      if (reply !== null) await showDecision(tools, conversation, subject, reply, incoming);
      return;
    }
    case "unsure":
    case "unsure-undo":
      return conversation.whisper(toQuestion(outcome, `${again}:${subject}`));
    case "refused":
      return whisper(conversation, outcome.reason, tools.config.approvers);
    case "nothing":
    case "failed":
      return whisper(conversation, outcome.reason);
  }
}

/** Rebuilds the card; where it cannot be changed, the one who pressed is told what was decided. */
async function showDecided({ tools, conversation, incoming, subject }: Click): Promise<void> {
  const isShown = await showProposal(tools, subject);
  const reply = isShown ? null : await proposalReply(tools, subject);
  if (reply !== null) return conversation.whisper(reply);
  // Takes the place of the question, whose button would stay.
  if (incoming.action.startsWith("sure")) await conversation.whisper(DONE);
}

/** Tells who came second what was decided, and mends a card that still asks. */
async function showDecision(
  tools: ChatTools,
  conversation: Conversation,
  proposalId: string,
  reply: Reply,
  { user }: ActionIncoming,
): Promise<void> {
  await showProposal(tools, proposalId);
  if (reply.kind !== "decision") return;
  const { decision } = reply;
  await conversation.whisper({ kind: "too-late", decision, isTheirs: decision.by === user.id });
}

/** Rebuilds the card of a proposal so that it shows what was decided. False where it does not, and will not be made to. */
export async function showProposal(tools: ChatTools, proposalId: string): Promise<boolean> {
  const proposal = await findProposal(tools, proposalId);
  const reply = await proposalReply(tools, proposalId);
  const message = await tools.outbox.settledMessageOf(proposalId);
  // A question that was never posted has no card that could show its end.
  if (proposal?.state === "expired" && message === null) await markShown(tools, proposalId, "expired");
  const conversation = proposal === null ? null : tools.conversation(proposal.conversation);
  if (proposal === null || reply === null || message === null || conversation === null) return false;
  const { kind } = await tools.outbox.edit(conversation, message, reply);
  step("card edited");
  if (kind !== "interrupted") await markShown(tools, proposalId, proposal.state);
  return kind !== "refused";
}

/** The conversation in which a scan is reported; it can be another one than that of the click. */
function home(tools: ChatTools, conversation: Conversation, scan: Scan): Conversation {
  return (scan.conversation === null ? null : tools.conversation(scan.conversation)) ?? conversation;
}

async function whisper(
  conversation: Conversation,
  text: string,
  people: readonly string[] = [],
): Promise<void> {
  await conversation.whisper({ kind: "notice", tone: "problem", text, people });
}
