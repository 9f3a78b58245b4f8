import { readFile } from "node:fs/promises";

import { ComponentType } from "discord.js";

import type { Delivered, Post } from "../../src/contract.ts";
import type { SentFile } from "./api.ts";
import type { Failure } from "./failure.ts";
import { rememberMark, toMarkId, toNonce } from "./mark.ts";
import { toMessagePlace, toMessageRef, type Place } from "./place.ts";
import { CODES, NO_FILES, toRefused } from "./refusal.ts";
import { toMessage, type Message } from "./render.ts";
import { send } from "./send.ts";
import { toCard } from "./speech.ts";
import { remember, threadUnder } from "./thread.ts";
import type { Workspace } from "./workspace.ts";

/** In a thread that is gone, was locked, or in which the bot may not write, though it may in the channel. */
const NO_THREAD = new Set<number>([
  CODES.unknownChannel,
  CODES.missingAccess,
  CODES.missingPermissions,
  CODES.lockedThread,
  CODES.archivedThread,
]);

/** Posts a message where its conversation hangs. */
export async function postMessage(workspace: Workspace, place: Place, post: Post): Promise<Delivered> {
  const content = await toContent(post);
  if (content === null) return { kind: "refused", reason: "The file is not there any more." };
  const target = await toTarget(workspace, place, post);
  if ("kind" in target) return toRefused(target);
  const { channel } = target;
  const called = await send(workspace.api, { ...target, ...content, nonce: toNonce(channel, post.mark) });
  if (called.kind === "done") {
    const message = toMessageRef({ channel, message: called.answer.id });
    rememberMark(workspace, message, post.mark);
    return { kind: "sent", message };
  }
  if (called.kind !== "refused" || !NO_THREAD.has(called.code)) return toRefused(called);
  if (content.files !== undefined && called.code === CODES.missingPermissions) {
    return { kind: "refused", reason: NO_FILES };
  }
  if (channel === place.channel) return toRefused(called);
  workspace.threads.open.delete(channel);
  remember(workspace.threads.impossible, channel);
  return postMessage(workspace, place, post);
}

/** Null when its file is gone. */
async function toContent({
  mark,
  reply,
}: Post): Promise<{ readonly message: Message; readonly files?: readonly SentFile[] } | null> {
  const message = toMessage(toCard(reply), toMarkId(mark));
  if (reply.kind !== "file") return { message };
  try {
    const files = [{ name: reply.name, data: await readFile(reply.path) }];
    const shown = { type: ComponentType.File, file: { url: `attachment://${reply.name}` } } as const;
    return { message: { ...message, components: [...message.components, shown] }, files };
  } catch {
    return null;
  }
}

interface Target {
  readonly channel: string;
  readonly replyTo: string | null;
}

async function toTarget(workspace: Workspace, place: Place, post: Post): Promise<Target | Failure> {
  const { guild, channel, hanging } = place;
  const under = post.under === null ? null : toMessagePlace(post.under).message;
  if (hanging.kind === "thread") return { channel, replyTo: under === null ? hanging.message : null };
  const head = hanging.kind === "under" ? hanging.message : under;
  if (head === null) return { channel, replyTo: null };
  if (guild === null) return { channel, replyTo: head };
  const thread = await threadUnder(workspace, channel, head, post.reply);
  if (thread.kind === "thread") return { channel: thread.id, replyTo: null };
  return thread.kind === "none" ? { channel, replyTo: head } : thread;
}
