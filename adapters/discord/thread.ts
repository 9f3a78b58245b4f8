import { Routes, ThreadAutoArchiveDuration } from "discord.js";
import { z } from "zod";

import type { Reply } from "../../src/contract.ts";
import type { Failure } from "./failure.ts";
import { toRepeatable } from "./failure.ts";
import { CODES } from "./refusal.ts";
import type { Workspace } from "./workspace.ts";

const AGAIN_MS = 2000;
const Anything = z.unknown();

/** Where a thread cannot be had: what was to hang in it is posted in the channel, as replies. */
export type Thread = { readonly kind: "thread"; readonly id: string } | { readonly kind: "none" } | Failure;

/**
 * Gives the thread under a message, and makes it where there is none yet. A thread has the id of its message.
 * docs.discord.com/developers/resources/channel#start-thread-from-message
 */
export async function threadUnder(
  { api, threads, log }: Workspace,
  channel: string,
  message: string,
  reply: Reply,
): Promise<Thread> {
  if (threads.open.has(message)) return { kind: "thread", id: message };
  if (threads.impossible.has(message)) return { kind: "none" };
  const body = { name: toName(reply), auto_archive_duration: ThreadAutoArchiveDuration.OneDay };
  const called = await api.call({ method: "post", route: Routes.threads(channel, message), body }, Anything);
  if (called.kind === "done" || (called.kind === "refused" && called.code === CODES.hasThread)) {
    remember(threads.open, message);
    return { kind: "thread", id: message };
  }
  // To make it twice does no harm: Discord says that it is there.
  if (called.kind !== "refused") return toRepeatable(called, AGAIN_MS);
  log.info({ channel, failure: called }, "no thread can be made here: the answer goes into replies");
  remember(threads.impossible, message);
  return { kind: "none" };
}

const MOST_REMEMBERED = 2000;

/** The oldest is forgotten first; Discord is asked again then. */
export function remember(set: Set<string>, id: string): void {
  set.add(id);
  const [oldest] = set;
  if (set.size > MOST_REMEMBERED && oldest !== undefined) set.delete(oldest);
}

/** Names are plain text of 1 to 100 characters; nothing from outside stands in ours. */
function toName(reply: Reply): string {
  const scanId = "head" in reply ? reply.head.scanId : "scanId" in reply ? reply.scanId : null;
  return scanId ? `vtip ${scanId}` : "vtip";
}

const Opened = z.object({ thread_metadata: z.object({ archived: z.boolean() }).nullish() });

/** Opens an archived thread again, in which nothing can be edited. */
export async function unarchive({ api }: Workspace, thread: string): Promise<boolean> {
  const route = Routes.channel(thread);
  const called = await api.call({ method: "patch", route, body: { archived: false } }, Opened);
  return called.kind === "done";
}
