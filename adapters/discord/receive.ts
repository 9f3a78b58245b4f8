import { z } from "zod";

import type { Bot } from "../../src/contract.ts";
import { createAnswer } from "./answer.ts";
import type { Arrived, Ears } from "./arrived.ts";
import { createConversation, toOrigin } from "./conversation.ts";
import { withPicked } from "./form-answer.ts";
import { fromInteraction, toToken } from "./interaction.ts";
import { fromMessage } from "./message-event.ts";
import { InteractionFields, ReadyFields, type ComponentFields } from "./payload.ts";
import { toConversationId } from "./place.ts";
import { toMessage } from "./render.ts";
import type { Roles } from "./roles.ts";
import { toCard } from "./speech.ts";
import type { Workspace } from "./workspace.ts";

/** What a person reads in the place of an answer when the disk is full. */
const UNWRITTEN = toMessage(
  toCard({
    kind: "notice",
    tone: "problem",
    text: "vtip could not write your request down, so it did not take it. Try again; if that does not help, tell its operator: the log has the reason.",
  }),
);

/** Takes what Discord delivers. */
export interface Reception {
  /** Writes a request down, acknowledges it, and has it answered. Never throws. */
  take(event: string, data: unknown): void;
  /** Takes nothing new, and waits for what is being answered, but not longer than `mostMs`. */
  close(mostMs: number): Promise<void>;
}

export interface ReceptionTools {
  readonly bot: Bot;
  readonly workspace: Workspace;
  readonly roles: Roles;
  readonly ears: Omit<Ears, "botId">;
}

export function createReception(tools: ReceptionTools): Reception {
  const { channels, log } = tools.workspace;
  const underWay = new Set<Promise<void>>();
  let isClosed = false;
  let botId = "";

  function begin(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => log.error({ err: error }, "an answer to discord failed"))
      .finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  }

  return {
    take(event, data) {
      if (isClosed) return;
      channels.take(event, data);
      if (event === "READY") botId = ReadyFields.safeParse(data).data?.user.id ?? botId;
      if (event === "MESSAGE_CREATE") begin(takeMessage(tools, botId, data));
      if (event === "INTERACTION_CREATE") begin(takeInteraction(tools, data));
    },
    async close(mostMs) {
      isClosed = true;
      await Promise.race([Promise.allSettled(underWay), pause(mostMs)]);
    },
  };
}

async function takeMessage(tools: ReceptionTools, botId: string, data: unknown): Promise<void> {
  const arrived = await fromMessage(data, { ...tools.ears, botId }, tools.workspace.channels);
  if (arrived !== null) await answer(tools, arrived);
}

async function takeInteraction(tools: ReceptionTools, data: unknown): Promise<void> {
  const parsed = InteractionFields.safeParse(data);
  if (!parsed.success) {
    tools.workspace.log.warn({ problem: z.prettifyError(parsed.error) }, "an interaction could not be read");
    return;
  }
  const interaction = parsed.data;
  const { member, guild_id } = interaction;
  if (member && guild_id) tools.roles.note(member.user.id, guild_id, member.roles);
  const arrived = fromInteraction(interaction, tools.workspace.channels);
  if (arrived !== null) return answer(tools, arrived);
  if (interaction.type === 3) await tick(tools.workspace, interaction);
}

/** A menu's ticks are kept in the message that has it: nothing is asked of the core. */
async function tick({ api, log }: Workspace, interaction: ComponentFields): Promise<void> {
  const { message, data } = interaction;
  const ticked = withPicked(message.components, data.custom_id, data.values ?? []);
  const answer = createAnswer(api, log, toToken(interaction));
  if (ticked !== null) await answer.replace(ticked);
}

async function answer(
  { bot, workspace }: ReceptionTools,
  { incoming, place, token }: Arrived,
): Promise<void> {
  const origin = token && toOrigin(workspace, token);
  const request = { ...incoming, conversation: toConversationId(place) };
  try {
    if (!(await bot.accept(request))) return;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    workspace.log.error({ reason }, "a request could not be written down");
    await origin?.answer.tell(UNWRITTEN);
    return;
  }
  await origin?.answer.begin();
  try {
    await bot.handle(request, createConversation(workspace, place, origin));
  } finally {
    await origin?.answer.finish();
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
