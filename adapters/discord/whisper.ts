import { Routes } from "discord.js";
import { z } from "zod";

import type { Answer } from "./answer.ts";
import type { Called } from "./api.ts";
import { reasonOf } from "./failure.ts";
import type { Place } from "./place.ts";
import type { Message } from "./render.ts";
import type { Workspace } from "./workspace.ts";

const Told = z.object({ id: z.string() });

/**
 * Tells one person something: by the interaction, for as long as Discord takes its token; to who wrote a message, by a
 * reply to it; else in direct messages. What cannot be told is logged: there is nobody else to tell.
 */
export async function whisper(
  workspace: Workspace,
  place: Place,
  answer: Answer | null,
  message: Message,
): Promise<void> {
  if (answer !== null && (await answer.tell(message))) return;
  const called = await tell(workspace, place, answer, message);
  if (called.kind !== "done")
    workspace.log.warn({ reason: reasonOf(called) }, "a private note could not be delivered");
}

async function tell(
  workspace: Workspace,
  { guild, channel, hanging, user }: Place,
  answer: Answer | null,
  message: Message,
): Promise<Called<unknown>> {
  const asked = hanging.kind === "top" ? null : hanging.message;
  // Who asked with a message asked before everybody.
  if (guild === null || (answer === null && asked !== null)) return say(workspace, channel, message, asked);
  const direct = await workspace.api.call(
    { method: "post", route: Routes.userChannels(), body: { recipient_id: user } },
    Told,
  );
  if (direct.kind !== "done") return direct;
  return say(workspace, direct.answer.id, message, null);
}

function say(
  { api }: Workspace,
  channel: string,
  message: Message,
  replyTo: string | null,
): Promise<Called<unknown>> {
  const reference = { message_reference: { message_id: replyTo, fail_if_not_exists: false } };
  const body = { ...message, ...(replyTo !== null && reference) };
  return api.call({ method: "post", route: Routes.channelMessages(channel), body }, Told);
}
