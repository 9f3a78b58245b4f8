import type { ReceiverEvent } from "@slack/bolt";

import type { Bot, Incoming } from "../../src/contract.ts";
import { settlesWithin, UNWRITTEN } from "../../src/platform-call.ts";
import { accept, answerBare, mayLackFiles } from "./acceptance.ts";
import type { Arrived, Ears } from "./arrived.ts";
import { createConversation } from "./conversation.ts";
import type { Home } from "./home.ts";
import { toArrived } from "./incoming.ts";
import { readFiles } from "./late-files.ts";
import { HomeOpened } from "./payload.ts";
import { createTwins, type Twins } from "./twins.ts";
import type { Workspace } from "./workspace.ts";

const WAITS =
  "The records cannot be reached. Your request waits for them: the answer comes as soon as they are back.";
/** Slack tells the person that the app failed when a command is not acknowledged within 3 s. */
const ACK_MS = 2000;

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
    const tracked = work
      .catch((error: unknown) => workspace.log.error({ err: error }, "an answer to slack failed"))
      .finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  }

  async function answer(arrived: Arrived, incoming: Incoming): Promise<void> {
    const { place, origin, ts } = arrived;
    const conversation = createConversation(workspace, place, origin);
    if (!mayLackFiles(arrived)) return bot.handle(incoming, conversation);
    const lookUp = async () => (ts === null ? [] : readFiles(workspace, place, ts));
    return answerBare(arrived.incoming, {
      bot,
      twins,
      conversation,
      mayAnswer: () => !isClosed,
      readFiles: lookUp,
    });
  }

  return {
    async receive({ body, ack }) {
      if (isClosed) throw new Error("The bot is being stopped.");
      const opened = HomeOpened.safeParse(body);
      if (opened.success && opened.data.event.tab !== "messages") begin(home.show(opened.data.event.user));
      const arrived = opened.success ? null : toArrived(body, ears);
      const accepting = arrived === null ? Promise.resolve(null) : acceptOrExplain(tools, twins, arrived);
      const isCommand = arrived?.incoming.kind === "command";
      const isLate = isCommand && !(await settlesWithin(accepting, ACK_MS));
      if (isLate) await acknowledge(ack, workspace, WAITS);
      const accepted = await accepting;
      if (!isLate) await acknowledge(ack, workspace, accepted === "unwritten" ? UNWRITTEN : null);
      if (arrived === null || accepted === null) return;
      if (accepted !== "unwritten") begin(answer(arrived, accepted));
      else if (isLate) begin(explain(workspace, arrived));
    },
    async close(mostMs) {
      isClosed = true;
      twins.close();
      await settlesWithin(Promise.allSettled(underWay), mostMs);
    },
  };
}

async function explain(workspace: Workspace, { place, origin }: Arrived): Promise<void> {
  const conversation = createConversation(workspace, place, origin);
  await conversation.whisper({ kind: "notice", tone: "problem", text: UNWRITTEN });
}

/** A command that cannot be written down can be told so; for all else it is better not to be acknowledged. */
async function acceptOrExplain(
  { bot, workspace }: ReceptionTools,
  twins: Twins,
  arrived: Arrived,
): Promise<Incoming | "unwritten" | null> {
  try {
    return await accept(bot, twins, arrived);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    workspace.log.error({ reason }, "a request could not be written down");
    if (arrived.incoming.kind === "command") return "unwritten";
    throw error;
  }
}

/** The request is safe by now: an acknowledgement that gets lost is no reason to leave it unanswered. */
async function acknowledge(
  ack: ReceiverEvent["ack"],
  { log }: Workspace,
  note: string | null,
): Promise<void> {
  try {
    await (note === null ? ack() : ack({ response_type: "ephemeral", text: note }));
  } catch (error) {
    log.debug(
      { reason: error instanceof Error ? error.message : String(error) },
      "an acknowledgement was lost",
    );
  }
}
