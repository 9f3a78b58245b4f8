import { Routes } from "discord.js";
import { z } from "zod";

import type { Api, Called, SentFile } from "./api.ts";
import { CODES } from "./refusal.ts";
import type { Message } from "./render.ts";

const HISTORY_NEEDED = new Set<number>([CODES.noReplyWithoutHistory, CODES.missingPermissions]);

const Sent = z.object({ id: z.string().min(1) });

/** One message on its way. */
export interface Sending {
  readonly channel: string;
  /** The message of the same channel that it answers; null for none. */
  readonly replyTo: string | null;
  readonly message: Message;
  /** What Discord knows it by when it is sent twice. */
  readonly nonce?: string;
  readonly files?: readonly SentFile[];
}

/** Sends a message as the bot; an answer to a message that is gone, or that may not be read, stands there without it. */
export async function send(api: Api, sending: Sending): Promise<Called<z.infer<typeof Sent>>> {
  const { channel, replyTo, message, nonce, files = [] } = sending;
  const body = {
    ...message,
    ...(nonce !== undefined && { nonce, enforce_nonce: true }),
    ...(files.length > 0 && {
      attachments: files.map(({ name }, at) => ({ id: String(at), filename: name })),
    }),
  };
  const route = Routes.channelMessages(channel);
  const call = { method: "post", route, ...(files.length > 0 && { files }) } as const;
  if (replyTo === null) return api.call({ ...call, body }, Sent);
  const message_reference = { message_id: replyTo, fail_if_not_exists: false };
  const called = await api.call({ ...call, body: { ...body, message_reference } }, Sent);
  const isWithoutHistory = called.kind === "refused" && HISTORY_NEEDED.has(called.code);
  return isWithoutHistory ? api.call({ ...call, body }, Sent) : called;
}
