import { z } from "zod";

import { callPatiently } from "../../src/platform-call.ts";
import { mayCall } from "./addresses.ts";
import type { Called } from "./api.ts";
import type { Origin } from "./arrived.ts";
import { LIMITS } from "./limits.ts";
import { isDirect, type Place } from "./place.ts";
import type { Message } from "./render.ts";
import type { Workspace } from "./workspace.ts";

const TIMEOUT_MS = 10_000;

const Told = z.object({ ok: z.literal(true) });

/** Tells one person something, once or more often. */
export type Whisper = (message: Message) => Promise<void>;

/** Opens the ways to one person. What cannot be told is logged: there is nobody else to tell. */
export function createWhisper(workspace: Workspace, place: Place, origin: Origin | null): Whisper {
  const { log } = workspace;
  const respond = origin?.responseUrl
    ? createResponse(workspace, origin.responseUrl, origin.isPrivateMessage)
    : null;
  return async (message) => {
    // A bot or webhook that is watched has nobody who could be told.
    if (place.user.startsWith("B")) return;
    if (respond !== null && (await respond(message))) return;
    const called = await callPatiently(async () => tell(workspace, place, origin, message));
    if (called.kind !== "done") log.warn({ failure: called }, "a private note could not be delivered");
  };
}

/**
 * The address that came with a command or click: works where the bot is no member, a few times, for some time.
 * Resolves to false when it does not.
 */
function createResponse({ apiUrl, log }: Workspace, address: string, isPrivateMessage: boolean) {
  const untilMs = performance.now() + LIMITS.responseUrlMs;
  let left: number = LIMITS.responseUrlUses;
  return async ({ text, blocks }: Message): Promise<boolean> => {
    if (left === 0 || performance.now() > untilMs || !mayCall(address, apiUrl)) return false;
    left -= 1;
    try {
      const response = await fetch(address, {
        method: "POST",
        headers: { "content-type": "application/json; charset=utf-8" },
        body: JSON.stringify({
          response_type: "ephemeral",
          replace_original: isPrivateMessage,
          text,
          blocks,
        }),
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.body?.cancel();
      if (response.ok) return true;
      log.debug({ status: response.status }, "a response_url was refused");
    } catch (error) {
      log.debug({ reason: error instanceof Error ? error.message : String(error) }, "a response_url failed");
    }
    return false;
  };
}

function tell(
  { api }: Workspace,
  place: Place,
  origin: Origin | null,
  message: Message,
): Promise<Called<unknown>> {
  const { channel, thread, user } = place;
  const { text, blocks } = message;
  if (isDirect(channel)) {
    const content = { channel, text, blocks, unfurl_links: false, unfurl_media: false };
    return api.call("chat.postMessage", { ...content, ...(thread !== null && { thread_ts: thread }) }, Told);
  }
  // Slack shows a private note in a thread only when the thread is there already.
  const isInThread = thread !== null && (origin === null || origin.isThreadOpen);
  return api.call(
    "chat.postEphemeral",
    { channel, user, text, blocks, ...(isInThread && { thread_ts: thread }) },
    Told,
  );
}
