import { keepChoice, readChoice, type Choice } from "../lists/choice.ts";
import { isOpen } from "../lists/digest-entries.ts";
import { proposalsExtendedBy } from "../lists/extension.ts";
import { step } from "../step.ts";
import { showDigest } from "./chat-digest.ts";
import { GONE, whisper, type Click } from "./click.ts";
import { digestReply } from "./digest-reply.ts";
import { extend, letGo, NOTHING_LEFT, rightAt, type EndingsDecided, type ExtendAttempt } from "./endings.ts";
import { showProposal } from "./proposal-clicks.ts";

/** **Extend** of a digest: of all, unless it comes with what was ticked. */
export async function extendAll(pressed: Click, isSure: boolean): Promise<void> {
  await extendWith(pressed, { ...toWanted(pressed.incoming.values), isSure }, "sure-extend");
}

/** What was sent from the form behind **Choose…** of a digest; it is kept for the second question. */
export async function extendChosen(pressed: Click): Promise<void> {
  const { tools, incoming, subject } = pressed;
  const chosen = { ips: [], ...incoming.values };
  await keepChoice(tools, subject, incoming.user.id, chosen);
  await extendWith(pressed, { ...toWanted(chosen), isSure: false }, "sure-extend-chosen");
}

/** The second question about what was chosen, answered. */
export async function extendChosenSurely(pressed: Click): Promise<void> {
  const { tools, conversation, incoming, subject } = pressed;
  const chosen = await readChoice(tools, subject, incoming.user.id);
  if (chosen === null) return whisper(conversation, GONE);
  await extendWith(pressed, { ...toWanted(chosen), isSure: true }, "sure-extend-chosen");
}

/** **Let go** of a digest: of all, unless it comes with what was ticked. */
export async function letGoAll(pressed: Click): Promise<void> {
  const { tools, incoming, subject } = pressed;
  const { ips } = toWanted(incoming.values);
  await tell(pressed, await letGo(tools, subject, await attemptOf(pressed), ips), "let-go");
}

/** **Choose…** of a digest. */
export async function openExtension(pressed: Click): Promise<void> {
  const { tools, conversation, incoming, subject } = pressed;
  const { user } = incoming;
  const attempt = { user, groupsOf: async () => tools.groupsOf(user.id), link: null };
  const right = await rightAt(tools, subject, attempt, "extend");
  if (!right.may) return whisper(conversation, right.reason, tools.config.approvers);
  const digest = await digestReply(tools, subject);
  if (digest === null) return whisper(conversation, GONE);
  const open = digest.asked.filter(isOpen);
  if (open.length === 0) {
    await showDigest(tools, subject);
    return whisper(conversation, NOTHING_LEFT);
  }
  const { digestId, extendDays } = digest;
  return conversation.ask({ kind: "extension-choice", digestId, open, extendDays });
}

type Wanted = Pick<ExtendAttempt, "ips" | "days" | "reason" | "isSure">;

function toWanted(values: Choice): Omit<Wanted, "isSure"> {
  const days = values["days"]?.[0];
  return {
    ips: values["ips"] ?? null,
    days: days === undefined ? null : Number(days),
    reason: values["reason"]?.[0] ?? null,
  };
}

async function extendWith(pressed: Click, wanted: Wanted, again: string): Promise<void> {
  const { tools, subject } = pressed;
  await tell(pressed, await extend(tools, subject, { ...(await attemptOf(pressed)), ...wanted }), again);
}

async function attemptOf({ tools, conversation, incoming, subject }: Click) {
  const { user } = incoming;
  const message = await tools.outbox.messageOf(subject);
  const link = message === null ? null : await conversation.link(message);
  return { user, groupsOf: async () => tools.groupsOf(user.id), link };
}

/** `again` is the button of the second question. */
async function tell(pressed: Click, outcome: EndingsDecided, again: string): Promise<void> {
  const { tools, conversation, subject } = pressed;
  step("endings told");
  switch (outcome.kind) {
    case "decided":
      return showDecided(pressed, outcome.ips.length);
    case "unsure": {
      const { count, most } = outcome;
      const action = `${again}:${subject}`;
      return conversation.whisper({ kind: "confirmation", deed: "extend", action, count, most });
    }
    case "refused":
      return whisper(conversation, outcome.reason, tools.config.approvers);
    case "nothing":
      await showDigest(tools, subject);
      await whisper(conversation, outcome.reason);
      // A press that a crash interrupted comes again, and finds that it has decided already.
      return showApprovals(pressed);
  }
}

/** Rebuilds the message, and the cards on which the blocks were approved. */
async function showDecided(pressed: Click, count: number): Promise<void> {
  const { tools, conversation, incoming, subject } = pressed;
  const isShown = await showDigest(tools, subject);
  const blocks = count === 1 ? "1 block was" : `${count.toLocaleString("en-US")} blocks were`;
  // Takes the place of the question, whose button would stay.
  if (!isShown || incoming.action.startsWith("sure")) {
    const where = isShown ? ": the message says so" : ". The message cannot be changed to say so";
    await conversation.whisper({ kind: "notice", tone: "info", text: `${blocks} decided${where}.` });
  }
  await showApprovals(pressed);
}

/** Before the press counts as answered, so that the next run does it where this one is interrupted. */
async function showApprovals({ tools, subject }: Click): Promise<void> {
  for (const id of await proposalsExtendedBy(tools.records, subject)) await showProposal(tools, id);
}
