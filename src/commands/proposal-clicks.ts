import type { ActionIncoming, Conversation } from "../chat.ts";
import { keepChoice, type Choice } from "../lists/choice.ts";
import { findProposal, markShown } from "../lists/proposal.ts";
import type { Reply } from "../reply.ts";
import { step } from "../step.ts";
import { approve, mayChoose, type Approved } from "./approval.ts";
import type { ChatTools } from "./chat-tools.ts";
import { whisper, type Click } from "./click.ts";
import { proposalReply, toQuestion } from "./proposal-reply.ts";

const DONE: Reply = { kind: "notice", tone: "info", text: "Done: the card says what was decided." };
const NOTHING_LEFT =
  "Nothing is left to block: every unsafe address is listed, protected or left out by now.";

/** **Choose…** of a proposal. */
export async function openChoice({ tools, conversation, incoming, subject }: Click): Promise<void> {
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

/** Blocks what was chosen. `again` is the button of a second question: what was chosen is kept for it. */
export async function block(
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

/** Lets a person decide about a proposal, and shows what came of it; `again` is the button of a second question. */
export async function decide(
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
