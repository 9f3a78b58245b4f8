import { Routes } from "discord.js";
import { z } from "zod";

import { callPatiently } from "../../src/platform-call.ts";
import type { Answer } from "./answer.ts";
import type { Called } from "./api.ts";
import { reasonOf } from "./failure.ts";
import type { Place } from "./place.ts";
import type { Message } from "./render.ts";
import { send } from "./send.ts";
import type { Workspace } from "./workspace.ts";

const Opened = z.object({ id: z.string() });

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
  const called = await callPatiently(async () => tell(workspace, place, answer, message));
  if (called.kind !== "done")
    workspace.log.warn({ reason: reasonOf(called) }, "a private note could not be delivered");
}

async function tell(
  { api }: Workspace,
  { guild, channel, hanging, user }: Place,
  answer: Answer | null,
  message: Message,
): Promise<Called<unknown>> {
  const isAsked = hanging.kind !== "top" && !hanging.isPicked;
  const replyTo = isAsked ? hanging.message : null;
  // Who asked with a message asked before everybody.
  const isOpen = guild === null || (answer === null && replyTo !== null);
  if (isOpen) return send(api, { channel, replyTo, message });
  const body = { recipient_id: user };
  const opened = await api.call({ method: "post", route: Routes.userChannels(), body }, Opened);
  if (opened.kind !== "done") return opened;
  return send(api, { channel: opened.answer.id, replyTo: null, message });
}
