import type { Bot, Conversation, Incoming, MessageIncoming, Upload } from "../../src/contract.ts";
import type { Arrived } from "./arrived.ts";
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

/** What `answerBare` needs of its surroundings. */
export interface BareTools {
  readonly bot: Bot;
  readonly twins: Twins;
  readonly conversation: Conversation;
  /** False when the bot is being stopped. */
  mayAnswer(): boolean;
  /** Asks Slack for the files, after nothing came by itself. Does not reject. */
  readFiles(): Promise<readonly Upload[]>;
}

/** Answers a mention that came without files together with the files, when there are any. */
export async function answerBare(incoming: MessageIncoming, tools: BareTools): Promise<void> {
  const { bot, twins, conversation, mayAnswer, readFiles } = tools;
  const rest = await twins.hold(incoming.delivery, readFiles);
  // What is left unanswered is on disk, and the next start goes on with it.
  if (!mayAnswer()) return;
  switch (rest.kind) {
    case "nothing":
      return bot.handle(incoming, conversation);
    case "files":
      return bot.handle({ ...incoming, files: rest.files }, conversation);
    case "request":
      await bot.handle({ ...rest.incoming, text: incoming.text }, conversation);
      // The mention has a line of its own on disk, which this closes: a message that says nothing gets no answer.
      return bot.handle({ ...incoming, addressed: "watched", text: "" }, conversation);
  }
}
