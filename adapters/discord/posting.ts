import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

import { ComponentType, Routes } from "discord.js";
import { z } from "zod";

import type { Delivered, Post, Reply } from "../../src/contract.ts";
import type { Called, SentFile } from "./api.ts";
import { type Failure, toRepeatable } from "./failure.ts";
import { type MessagePlace, toMessagePlace, toMessageRef, type Place } from "./place.ts";
import { CODES, toRefusalSentence } from "./refusal.ts";
import { toMessage, type Message } from "./render.ts";
import { toCard } from "./speech.ts";
import { threadUnder, unarchive } from "./thread.ts";
import type { Workspace } from "./workspace.ts";

const EDIT_AGAIN_MS = 2000;
/** docs.discord.com/developers/resources/message#create-message: a nonce has at most 25 characters. */
const NONCE_CHARACTERS = 25;
const HISTORY_NEEDED = new Set<number>([CODES.noReplyWithoutHistory, CODES.missingPermissions]);

const Posted = z.object({ id: z.string().min(1) });

/** Where one message goes: a channel or thread, and what it is a reply to. */
interface Target {
  readonly channel: string;
  readonly replyTo: string | null;
}

/** The number by which a post is found again in a channel's history: the `id` of its outermost component. */
export function toMarkId(mark: string): number {
  return (createHash("sha256").update(mark).digest().readUInt32BE(0) % 0x7fff_fffe) + 1;
}

/** Posts a message where its conversation hangs. */
export async function postMessage(workspace: Workspace, place: Place, post: Post): Promise<Delivered> {
  const content = await toContent(post);
  if (content === null) return { kind: "refused", reason: "The file is not there any more." };
  const target = await toTarget(workspace, place, post);
  if ("kind" in target) return toDelivered(target);
  const called = await send(workspace, target, place, post, content);
  if (called.kind === "done") {
    const message = toMessageRef({ channel: target.channel, message: called.answer.id });
    rememberMark(workspace, message, post.mark);
    return { kind: "sent", message };
  }
  // A thread that was deleted: what follows goes into the channel.
  if (isGone(called) && target.channel !== place.channel) {
    workspace.threads.open.delete(target.channel);
    workspace.threads.impossible.add(target.channel);
    return postMessage(workspace, place, post);
  }
  return toDelivered(called);
}

function isGone(called: Failure): boolean {
  return called.kind === "refused" && called.code === CODES.unknownChannel;
}

interface Content {
  readonly message: Message;
  readonly files: readonly SentFile[];
}

/** Null when its file is gone. */
async function toContent({ mark, reply }: Post): Promise<Content | null> {
  const message = toMessage(toCard(reply), toMarkId(mark));
  if (reply.kind !== "file") return { message, files: [] };
  try {
    const data = await readFile(reply.path);
    const shown = { type: ComponentType.File, file: { url: `attachment://${reply.name}` } } as const;
    return {
      message: { ...message, components: [...message.components, shown] },
      files: [{ name: reply.name, data }],
    };
  } catch {
    return null;
  }
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

async function send(
  { api }: Workspace,
  { channel, replyTo }: Target,
  place: Place,
  { mark }: Post,
  { message, files }: Content,
): Promise<Called<z.infer<typeof Posted>>> {
  const route = Routes.channelMessages(channel);
  const body = { ...message, nonce: toNonce(channel, mark), enforce_nonce: true };
  const reply = replyTo === null ? {} : { message_reference: toReference(place, replyTo) };
  const attachments = files.map(({ name }, at) => ({ id: String(at), filename: name }));
  const withFiles = files.length === 0 ? {} : { attachments };
  const call = { method: "post", route, ...(files.length > 0 && { files }) } as const;
  const called = await api.call({ ...call, body: { ...body, ...reply, ...withFiles } }, Posted);
  if (replyTo === null || called.kind !== "refused" || !HISTORY_NEEDED.has(called.code)) return called;
  // Without the permission to read the history a message may stand there, but not as a reply.
  return api.call({ ...call, body: { ...body, ...withFiles } }, Posted);
}

function toReference({ channel }: Place, message: string) {
  return { message_id: message, channel_id: channel, fail_if_not_exists: false };
}

/** Discord gives back the first message of ours with the same nonce for some minutes, and posts nothing. */
function toNonce(channel: string, mark: string): string {
  return createHash("sha256").update(`${channel} ${mark}`).digest("base64url").slice(0, NONCE_CHARACTERS);
}

const MOST_MARKS = 5000;

/** An edit takes the mark away unless it says it again; a post may be edited before the core has noted where it stands. */
export function rememberMark({ marks }: Workspace, message: string, mark: string): void {
  marks.set(message, toMarkId(mark));
  const [oldest] = marks.keys();
  if (marks.size > MOST_MARKS && oldest !== undefined) marks.delete(oldest);
}

/** Puts a card in the place of what a message says. To edit twice does no harm. */
export async function editMessage(
  workspace: Workspace,
  { channel, message }: MessagePlace,
  reply: Reply,
): Promise<Delivered> {
  const content = toMessage(toCard(reply), workspace.marks.get(toMessageRef({ channel, message })));
  const call = { method: "patch", route: Routes.channelMessage(channel, message), body: content } as const;
  let called = await workspace.api.call(call, Posted);
  if (
    called.kind === "refused" &&
    called.code === CODES.archivedThread &&
    (await unarchive(workspace, channel))
  ) {
    called = await workspace.api.call(call, Posted);
  }
  if (called.kind === "done") return { kind: "sent", message: toMessageRef({ channel, message }) };
  return toDelivered(toRepeatable(called, EDIT_AGAIN_MS));
}

/** What a failed call means for a post; a refusal becomes a sentence that a person can act on. */
function toDelivered(failure: Failure): Exclude<Delivered, { readonly kind: "sent" }> {
  return failure.kind === "refused" ? { kind: "refused", reason: toRefusalSentence(failure) } : failure;
}
