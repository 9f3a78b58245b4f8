import { randomBytes } from "node:crypto";

import type { Bot, CommandIncoming, Conversation, Incoming, MessageIncoming } from "./chat.ts";
import { blockNotes } from "./commands/block-list.ts";
import { answer, scanNotes, toProblem } from "./commands/chat-answers.ts";
import { scanInChat } from "./commands/chat-scan.ts";
import type { ChatTools } from "./commands/chat-tools.ts";
import { click } from "./commands/clicks.ts";
import { toRequest } from "./commands/request-words.ts";
import { recentScans } from "./commands/scans.ts";
import { UserError } from "./errors.ts";
import type { Inbox } from "./inbox.ts";
import { isAway, RECORDS_AWAY } from "./records/away.ts";
import type { Reply } from "./reply.ts";
import { step } from "./step.ts";
import { turn } from "./turn.ts";

/** Turns what came in into one command, and what goes wrong into a sentence. */
export function createBot(tools: ChatTools, inbox: Inbox): Bot {
  return {
    accept: inbox.accept,
    async handle(incoming, conversation) {
      // What has come in with it is acknowledged before any of it is answered.
      await turn();
      const { delivery } = incoming;
      try {
        await answerOrExplain(tools, incoming, conversation);
        step("request answered");
        if (tools.signal.aborted || (await close(tools, inbox, delivery))) return;
        tools.track("request closed", closeLater(tools, inbox, delivery));
      } catch (error) {
        tools.log.error({ err: error, delivery }, "request not answered");
        inbox.leave(delivery);
      }
    },
    overview: async () => overview(tools),
  };
}

/** How often it is tried to close what was answered, as while the disk is full or the database away. */
const CLOSE_EVERY_MS = 5000;

/** Whether it is closed. What was answered stays this run's until it is: taken up again, it would be answered twice. */
async function close({ log }: ChatTools, inbox: Inbox, delivery: string): Promise<boolean> {
  try {
    await inbox.close(delivery);
    return true;
  } catch (error) {
    log.error({ err: error, delivery }, "request not closed, is tried again");
    return false;
  }
}

/** What was answered, if only by the sentence that it cannot be done, is not to be done by the next run. */
async function closeLater(tools: ChatTools, inbox: Inbox, delivery: string): Promise<void> {
  do await tools.clock.wait(CLOSE_EVERY_MS, tools.signal);
  while (!tools.signal.aborted && !(await close(tools, inbox, delivery)));
}

/** The one place where what was thrown becomes words. */
async function answerOrExplain(
  tools: ChatTools,
  incoming: Incoming,
  conversation: Conversation,
): Promise<void> {
  try {
    await (incoming.kind === "action"
      ? click(tools, conversation, incoming)
      : read(tools, conversation, incoming));
  } catch (error) {
    if (isAway(error)) {
      // It is taken up again where it was written down (see takeOver in chat-resume.ts).
      await conversation.whisper(
        toProblem(`${RECORDS_AWAY} Nothing is lost: this is kept, and goes on when they are back.`),
      );
      throw error;
    }
    if (error instanceof UserError) return conversation.whisper(toProblem(error.message));
    const reference = randomBytes(3).toString("hex").toUpperCase();
    tools.log.error({ err: error, reference, delivery: incoming.delivery }, "request failed");
    await conversation.whisper(
      toProblem(
        `Something went wrong here, and it may be done in part: look how things are before you try again. The log has it as ${reference}.`,
      ),
    );
  }
}

async function read(
  tools: ChatTools,
  conversation: Conversation,
  incoming: CommandIncoming | MessageIncoming,
): Promise<void> {
  const hasWords = incoming.kind === "command" || ["mention", "direct"].includes(incoming.addressed);
  const request = hasWords ? toRequest(incoming.text) : ({ kind: "scan", text: incoming.text } as const);
  if (request.kind !== "scan") return answer(tools, conversation, incoming, request);
  const scan = await scanInChat(tools, conversation, incoming);
  if (scan.kind === "begun") return;
  const reply = saidOfNothing(incoming, scan.notes);
  if (reply !== null) await conversation.whisper(reply);
}

/** What a person hears when there is nothing to check: help, or why a file could not be read; nothing where people just talk. */
function saidOfNothing(incoming: CommandIncoming | MessageIncoming, notes: readonly string[]): Reply | null {
  if (incoming.kind === "message" && incoming.addressed === "watched") return null;
  if (notes.length > 0) return toProblem(notes.join(" "));
  if (incoming.kind === "message" && incoming.addressed === "shortcut") {
    return toProblem("Nothing to check: that message holds no IP address, domain, URL or hash.");
  }
  return { kind: "help" };
}

const MOST_RUNNING = 10;

async function overview(tools: ChatTools): Promise<Reply> {
  const scans = await recentScans(tools);
  const running = scans.filter(({ scan }) => scan.state === "running").slice(0, MOST_RUNNING);
  const { newest } = await blockNotes(tools);
  return {
    kind: "overview",
    keys: await tools.lookUps.quota(),
    running: await scanNotes(tools, running),
    blocks: newest,
    at: tools.clock.now(),
  };
}
