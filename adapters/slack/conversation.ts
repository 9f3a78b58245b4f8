import { z } from "zod";

import { toCard, toForm } from "../../src/card.ts";
import type { Conversation, Delivered, Post, Reply } from "../../src/contract.ts";
import type { Origin } from "./arrived.ts";
import { download } from "./download.ts";
import { reasonOf, toRepeatable } from "./failure.ts";
import { postFile } from "./file-post.ts";
import { findPost, MARK_EVENT } from "./find.ts";
import { toView } from "./form.ts";
import { LIMITS, PAGE } from "./limits.ts";
import { toChannelId, toConversationId, type Place } from "./place.ts";
import { toMessage } from "./render.ts";
import { createWhisper } from "./whisper.ts";
import { toUndelivered, type Workspace } from "./workspace.ts";

const EDIT_AGAIN_MS = 2000;

const Posted = z.object({ ts: z.string().min(1) });
const Opened = z.object({ ok: z.literal(true) });
const Permalink = z.object({ permalink: z.string() });

/** A channel, thread or direct messages. `origin` is what came with the delivery; null when it is reopened. */
export function createConversation(workspace: Workspace, place: Place, origin: Origin | null): Conversation {
  const { api } = workspace;
  const id = toConversationId(place);
  const whisper = createWhisper(workspace, place, origin);
  const threadOf = (post: Post) => place.thread ?? post.under;

  return {
    id,
    channel: toChannelId(place),
    page: PAGE,
    showsRecords: false,
    mostFileBytes: LIMITS.fileBytes,
    async post(post) {
      const at = { channel: place.channel, thread: threadOf(post) };
      if (post.reply.kind === "file") return postFile(workspace, post.reply, at);
      return postMessage(workspace, at, post);
    },
    edit: (message, reply) => edit(workspace, place.channel, message, reply),
    find: (post, sinceMs) =>
      findPost(workspace, { channel: place.channel, thread: threadOf(post) }, post, sinceMs),
    whisper: (reply) => whisper(toMessage(toCard(reply))),
    async ask(reply) {
      const form = toForm(reply);
      if (form === null) return;
      const trigger_id = origin?.triggerId ?? "";
      const opened = await api.call("views.open", { trigger_id, view: toView(form, id) }, Opened);
      if (opened.kind === "done") return;
      workspace.log.warn({ failure: opened }, "a form could not be opened");
      const text = `The form could not be opened. ${reasonOf(opened)} Press the button again.`;
      await whisper(toMessage(toCard({ kind: "notice", tone: "problem", text })));
    },
    fetch: (upload, mostBytes) => download(workspace, upload, mostBytes),
    async link(message) {
      const args = { channel: place.channel, message_ts: message };
      const called = await api.call("chat.getPermalink", args, Permalink);
      return called.kind === "done" ? called.answer.permalink : null;
    },
  };
}

async function postMessage(
  workspace: Workspace,
  { channel, thread }: { readonly channel: string; readonly thread: string | null },
  { mark, reply }: Post,
): Promise<Delivered> {
  const args = {
    channel,
    ...toMessage(toCard(reply)),
    metadata: { event_type: MARK_EVENT, event_payload: { mark } },
    unfurl_links: false,
    unfurl_media: false,
    ...(thread !== null && { thread_ts: thread }),
  };
  const called = await workspace.api.call("chat.postMessage", args, Posted);
  if (called.kind === "done") return { kind: "sent", message: called.answer.ts };
  return toUndelivered(workspace, called, channel);
}

/** Blocks go along always: without them Slack leaves the old buttons standing. To edit twice does no harm. */
async function edit(
  workspace: Workspace,
  channel: string,
  message: string,
  reply: Reply,
): Promise<Delivered> {
  const { api, edits } = workspace;
  const waitMs = reply.kind === "progress" ? edits.progressInMs() : 0;
  if (waitMs > 0)
    return { kind: "later", afterMs: waitMs, reason: "Many scans show their progress at the moment." };
  edits.count();
  const called = await api.call("chat.update", { channel, ts: message, ...toMessage(toCard(reply)) }, Posted);
  if (called.kind === "done") return { kind: "sent", message: called.answer.ts };
  return toUndelivered(workspace, toRepeatable(called, EDIT_AGAIN_MS), channel);
}
