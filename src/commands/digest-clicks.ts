import type { Reply } from "../reply.ts";
import { step } from "../step.ts";
import { digestReply, showDigest } from "./chat-digest.ts";
import { GONE, whisper, type Click } from "./click.ts";
import { extend, letGo, rightAt, type EndingsDecided, type ExtendAttempt } from "./endings.ts";

/** **Extend** of a digest. */
export async function extendAll(pressed: Click, isSure: boolean): Promise<void> {
  await extendWith(pressed, { ips: null, days: null, reason: null, isSure });
}

/** What was sent from the form behind **Choose…** of a digest. */
export async function extendChosen(pressed: Click): Promise<void> {
  const { ips = [], days, reason } = pressed.incoming.values;
  const picked = days?.[0];
  await extendWith(pressed, {
    ips,
    days: picked === undefined ? null : Number(picked),
    reason: reason?.[0] ?? null,
    isSure: false,
  });
}

/** **Let go** of a digest. */
export async function letGoAll(pressed: Click): Promise<void> {
  const { tools, subject } = pressed;
  await tell(pressed, await letGo(tools, subject, await attemptOf(pressed)));
}

/** **Choose…** of a digest. */
export async function openExtension(pressed: Click): Promise<void> {
  const { tools, conversation, subject } = pressed;
  const right = await rightAt(tools, subject, await attemptOf(pressed), "extend");
  if (!right.may) return whisper(conversation, right.reason, tools.config.approvers);
  const digest = await digestReply(tools, subject);
  if (digest === null) return whisper(conversation, GONE);
  const open = digest.asked.filter(({ outcome }) => outcome.kind === "open");
  if (open.length === 0) {
    await showDigest(tools, subject);
    return whisper(conversation, "Nothing is left to decide: every block here was decided, or is over.");
  }
  const { digestId, extendDays } = digest;
  return conversation.ask({ kind: "extension-choice", digestId, open, extendDays });
}

async function extendWith(
  pressed: Click,
  wanted: Pick<ExtendAttempt, "ips" | "days" | "reason" | "isSure">,
): Promise<void> {
  const { tools, subject } = pressed;
  await tell(pressed, await extend(tools, subject, { ...(await attemptOf(pressed)), ...wanted }));
}

async function attemptOf({ tools, conversation, incoming, subject }: Click) {
  const { user } = incoming;
  const message = await tools.outbox.messageOf(subject);
  const link = message === null ? null : await conversation.link(message);
  return { user, groupsOf: async () => tools.groupsOf(user.id), link };
}

const DONE: Reply = { kind: "notice", tone: "info", text: "Done: the message says what was decided." };

async function tell(
  { tools, conversation, incoming, subject }: Click,
  outcome: EndingsDecided,
): Promise<void> {
  step("endings told");
  switch (outcome.kind) {
    case "decided": {
      await showDigest(tools, subject);
      // Takes the place of the question, whose button would stay.
      if (incoming.action.startsWith("sure")) await conversation.whisper(DONE);
      return;
    }
    case "unsure": {
      const { count, most } = outcome;
      const action = `sure-extend:${subject}`;
      return conversation.whisper({ kind: "confirmation", deed: "extend", action, count, most });
    }
    case "refused":
      return whisper(conversation, outcome.reason, tools.config.approvers);
    case "nothing":
      await showDigest(tools, subject);
      return whisper(conversation, outcome.reason);
  }
}
