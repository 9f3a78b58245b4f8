import type { Bot, Conversation, Incoming, MessageIncoming } from "../../src/contract.ts";
import type { Arrived } from "./incoming.ts";
import type { Twins } from "./twins.ts";
import { toFileSet } from "./uploads.ts";

/** Writes a request down, and gives what is to be answered; null when nothing is. */
export async function accept(bot: Bot, twins: Twins, arrived: Arrived): Promise<Incoming | null> {
  const { incoming, shape } = arrived;
  if (mayLackFiles(arrived)) return acceptBare(bot, twins, incoming);
  if (await bot.accept(incoming)) return incoming;
  if (incoming.kind !== "message" || !twins.lacksFiles(incoming.delivery)) return null;
  const { delivery, files } = incoming;
  if (files.length === 0) {
    if (shape === "message") twins.release(delivery, null);
    return null;
  }
  const late = { ...incoming, delivery: `${delivery}:${toFileSet(files)}`, text: "" };
  if (!(await bot.accept(late))) return null;
  return twins.release(delivery, late) ? null : late;
}

/** Remembered before it is written down, so that files that come in the same moment find it. */
async function acceptBare(bot: Bot, twins: Twins, incoming: Incoming): Promise<Incoming | null> {
  const isFirst = twins.expect(incoming.delivery);
  let isNew = false;
  try {
    isNew = await bot.accept(incoming);
  } finally {
    if (isFirst && !isNew) twins.forget(incoming.delivery);
  }
  return isNew ? incoming : null;
}

/** Whether the files may be in another event of the same message. */
export function mayLackFiles(arrived: Arrived): arrived is Arrived & { readonly incoming: MessageIncoming } {
  const { incoming, shape } = arrived;
  return shape === "app_mention" && incoming.kind === "message" && incoming.files.length === 0;
}

/** Answers a mention that came without files together with the files, when they come in time. */
export async function answerBare(
  bot: Bot,
  twins: Twins,
  incoming: MessageIncoming,
  conversation: Conversation,
  mayAnswer: () => boolean,
): Promise<void> {
  const late = await twins.hold(incoming.delivery);
  // What is left unanswered is on disk, and the next start goes on with it.
  if (!mayAnswer()) return;
  if (late === null) return bot.handle(incoming, conversation);
  await bot.handle({ ...late, text: incoming.text }, conversation);
  // The mention has a line of its own on disk, which this closes: to a message that says nothing no answer is given.
  await bot.handle({ ...incoming, addressed: "watched", text: "" }, conversation);
}
