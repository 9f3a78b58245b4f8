import { z } from "zod";

import type { Bot, Incoming } from "../../src/contract.ts";
import { settlesWithin, UNWRITTEN } from "../../src/platform-call.ts";
import { createAnswer } from "./answer.ts";
import type { Arrived, Ears } from "./arrived.ts";
import { createConversation } from "./conversation.ts";
import { fromInteraction } from "./interaction.ts";
import { fromMessage } from "./message-event.ts";
import { InteractionFields, ReadyFields } from "./payload.ts";
import { toConversationId } from "./place.ts";
import type { Roles } from "./roles.ts";
import { createTicks, type Ticks } from "./ticks.ts";
import type { Workspace } from "./workspace.ts";

/** Discord waits 3 s for an acknowledgement: a request is written down before, unless the database is away for longer. */
const ACK_MS = 1000;

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
  const { channels, log, self } = tools.workspace;
  const ticks = createTicks(tools.workspace);
  const underWay = new Set<Promise<void>>();
  let isClosed = false;

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
      if (event === "READY") self.botId = ReadyFields.safeParse(data).data?.user.id ?? self.botId;
      if (event === "MESSAGE_CREATE") begin(takeMessage(tools, data));
      if (event === "INTERACTION_CREATE") begin(takeInteraction(tools, ticks, data));
    },
    async close(mostMs) {
      isClosed = true;
      await settlesWithin(Promise.allSettled(underWay), mostMs);
    },
  };
}

async function takeMessage(tools: ReceptionTools, data: unknown): Promise<void> {
  const { channels, self } = tools.workspace;
  const arrived = await fromMessage(data, { ...tools.ears, botId: self.botId ?? "" }, channels);
  if (arrived !== null) await answer(tools, arrived);
}

async function takeInteraction(tools: ReceptionTools, ticks: Ticks, data: unknown): Promise<void> {
  const parsed = InteractionFields.safeParse(data);
  if (!parsed.success) {
    tools.workspace.log.warn({ problem: z.prettifyError(parsed.error) }, "an interaction could not be read");
    return;
  }
  const interaction = parsed.data;
  const { member, guild_id } = interaction;
  if (member && guild_id) tools.roles.note(member.user.id, guild_id, member.roles);
  if (ticks.isTick(interaction)) return ticks.take(interaction);
  const arrived = fromInteraction(await ticks.after(interaction), tools.workspace.channels);
  if (arrived !== null) await answer(tools, arrived);
}

async function answer(
  { bot, workspace }: ReceptionTools,
  { incoming, place, token }: Arrived,
): Promise<void> {
  const { api, log } = workspace;
  const reply = token && createAnswer(api, token);
  const request = { ...incoming, conversation: toConversationId(place) };
  const origin = token && reply && { token, answer: reply, send };
  const conversation = createConversation(workspace, place, origin);

  async function isNew(one: Incoming): Promise<boolean> {
    try {
      return await bot.accept(one);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.error({ reason }, "a request could not be written down");
      // Discord repeats nothing. In a watched channel nobody has asked for an answer.
      const isAsked = one.kind !== "message" || one.addressed !== "watched";
      // Another process, which can write, has heard of it as well.
      const isOurs = reply === null || (await reply.claim());
      if (isAsked && isOurs) await conversation.whisper({ kind: "notice", tone: "problem", text: UNWRITTEN });
      return false;
    }
  }

  async function send(action: string, values: Readonly<Record<string, readonly string[]>>): Promise<void> {
    const { conversation: id, user } = request;
    const delivery = `${request.delivery}:sent`;
    const sent: Incoming = { kind: "action", delivery, conversation: id, user, action, values };
    if (await isNew(sent)) await bot.handle(sent, conversation);
  }

  const accepting = isNew(request);
  const isLate = !(await settlesWithin(accepting, ACK_MS));
  if (isLate) await reply?.begin();
  if (!(await accepting)) return reply?.leave();
  await reply?.begin();
  try {
    await bot.handle(request, conversation);
  } finally {
    await reply?.finish();
  }
}
