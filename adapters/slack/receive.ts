import type { ReceiverEvent } from "@slack/bolt";

import type { Bot, Conversation, Incoming } from "../../src/contract.ts";
import { createConversation } from "./conversation.ts";
import type { Home } from "./home.ts";
import { toArrived, type Arrived, type Ears } from "./incoming.ts";
import { HomeOpened } from "./payload.ts";
import { createTwins, type Twins } from "./twins.ts";
import { toFileSet } from "./uploads.ts";
import type { Workspace } from "./workspace.ts";

const UNAVAILABLE =
  "vtip could not write your request down, so it did not take it. Try again; if it lasts, its operator finds the reason in the log.";

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
    const tracked = work.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
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
    const accepted = await takeOrExplain(arrived, ack);
    if (accepted === null) return;
    await acknowledge(ack, workspace);
    if (accepted === "known") return;
    const conversation = createConversation(workspace, arrived.place, arrived.origin);
    begin(answer(bot, accepted, conversation));
  }

  /** Null when a command was told that it was not taken. */
  async function takeOrExplain(
    arrived: Arrived,
    ack: ReceiverEvent["ack"],
  ): Promise<Incoming | "known" | null> {
    try {
      return await take(bot, twins, arrived);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      workspace.log.error({ reason }, "a request could not be written down");
      if (arrived.incoming.kind !== "command") throw error;
      await acknowledge(ack, workspace, { response_type: "ephemeral", text: UNAVAILABLE });
      return null;
    }
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

/** Writes a request down. "known": it was delivered before. */
async function take(bot: Bot, twins: Twins, { incoming, shape }: Arrived): Promise<Incoming | "known"> {
  if (incoming.kind !== "message") return (await bot.accept(incoming)) ? incoming : "known";
  const { delivery, files } = incoming;
  // Not written down and not acknowledged until it is whole: if we end meanwhile, Slack repeats it.
  if (shape === "app_mention" && files.length === 0 && (await twins.awaitTwin(delivery))) return "known";
  const isNew = await bot.accept(incoming);
  if (shape === "message") twins.arrived(delivery);
  if (isNew) return incoming;
  if (files.length === 0 || !twins.wentAlone(delivery)) return "known";
  const late = { ...incoming, delivery: `${delivery}:${toFileSet(files)}`, text: "" };
  return (await bot.accept(late)) ? late : "known";
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

async function answer(bot: Bot, incoming: Incoming, conversation: Conversation): Promise<void> {
  await bot.handle(incoming, conversation);
}

async function pause(ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
