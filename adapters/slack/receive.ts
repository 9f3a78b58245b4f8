import type { ReceiverEvent } from "@slack/bolt";

import type { Bot, Incoming } from "../../src/contract.ts";
import { accept, answerBare, mayLackFiles } from "./acceptance.ts";
import { createConversation } from "./conversation.ts";
import type { Home } from "./home.ts";
import { toArrived, type Arrived, type Ears } from "./incoming.ts";
import { HomeOpened } from "./payload.ts";
import { createTwins } from "./twins.ts";
import type { Workspace } from "./workspace.ts";

/** What a person reads in the place of an answer when the disk is full. */
const UNWRITTEN = {
  response_type: "ephemeral",
  text: "vtip could not write your request down, so it did not take it. Try again; if that does not help, tell its operator: the log has the reason.",
} as const;

/** Takes what Slack delivers. */
export interface Reception {
  /**
   * Writes a request down, acknowledges it, and has it answered. It rejects, without an acknowledgement, when it could
   * not be written down, so that Slack repeats it or tells the person.
   */
  receive(event: ReceiverEvent): Promise<void>;
  /** Takes nothing new, and waits for what is being answered, but not longer than `mostMs`. */
  close(mostMs: number): Promise<void>;
}

interface ReceptionTools {
  readonly bot: Bot;
  readonly workspace: Workspace;
  readonly ears: Ears;
  readonly home: Home;
}

export function createReception(tools: ReceptionTools): Reception {
  const { bot, workspace, ears, home } = tools;
  const twins = createTwins();
  const underWay = new Set<Promise<void>>();
  let isClosed = false;

  function begin(work: Promise<void>): void {
    const tracked = work.catch(logFailure).finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  }

  function logFailure(error: unknown): void {
    workspace.log.error({ err: error }, "an answer to slack failed");
  }

  async function receive({ body, ack }: ReceiverEvent): Promise<void> {
    if (isClosed) throw new Error("The bot is being stopped.");
    const opened = HomeOpened.safeParse(body);
    if (opened.success) {
      if (opened.data.event.tab !== "messages") begin(home.show(opened.data.event.user));
      return acknowledge(ack, workspace);
    }
    const arrived = toArrived(body, ears);
    if (arrived === null) return acknowledge(ack, workspace);
    const accepted = await acceptOrExplain(arrived);
    await acknowledge(ack, workspace, accepted === "unwritten" ? UNWRITTEN : undefined);
    if (accepted !== null && accepted !== "unwritten") begin(answer(arrived, accepted));
  }

  async function acceptOrExplain(arrived: Arrived): Promise<Incoming | "unwritten" | null> {
    try {
      return await accept(bot, twins, arrived);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      workspace.log.error({ reason }, "a request could not be written down");
      if (arrived.incoming.kind === "command") return "unwritten";
      throw error;
    }
  }

  async function answer(arrived: Arrived, incoming: Incoming): Promise<void> {
    const conversation = createConversation(workspace, arrived.place, arrived.origin);
    if (!mayLackFiles(arrived)) return bot.handle(incoming, conversation);
    return answerBare(bot, twins, arrived.incoming, conversation, () => !isClosed);
  }

  return {
    receive,
    async close(mostMs) {
      isClosed = true;
      twins.close();
      await Promise.race([Promise.allSettled(underWay), pause(mostMs)]);
    },
  };
}

/** The request is safe by now: an acknowledgement that gets lost is no reason to leave it unanswered. */
async function acknowledge(ack: ReceiverEvent["ack"], { log }: Workspace, response?: object): Promise<void> {
  try {
    await ack(response);
  } catch (error) {
    log.debug(
      { reason: error instanceof Error ? error.message : String(error) },
      "an acknowledgement was lost",
    );
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
