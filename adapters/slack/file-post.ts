import { readFile } from "node:fs/promises";

import { z } from "zod";

import type { Delivered, Reply } from "../../src/contract.ts";
import { mayCall } from "./addresses.ts";
import { toRepeatable, type Failure } from "./failure.ts";
import { toCut, toUnlinked } from "./inert.ts";
import { LIMITS } from "./limits.ts";
import { toUndelivered, type Workspace } from "./workspace.ts";

type FileReply = Extract<Reply, { readonly kind: "file" }>;

const UPLOAD_TIMEOUT_MS = 60_000;
const AGAIN_MS = 5000;

/** https://docs.slack.dev/reference/methods/files.getUploadURLExternal */
const Slot = z.object({ upload_url: z.string(), file_id: z.string().min(1) });
/** https://docs.slack.dev/reference/methods/files.completeUploadExternal */
const Completed = z.object({ ok: z.literal(true) });

/**
 * Puts a file of this machine into a channel or thread, in Slack's three steps; nothing is seen before the last.
 * The library's own upload would send the bot's token to whatever address the second step names.
 */
export async function postFile(
  workspace: Workspace,
  reply: FileReply,
  place: { readonly channel: string; readonly thread: string | null },
): Promise<Delivered> {
  const bytes = await read(reply.path);
  if (bytes === null) return { kind: "refused", reason: `The file ${reply.name} is not there any more.` };
  const { api } = workspace;
  const slot = await api.call(
    "files.getUploadURLExternal",
    { filename: reply.name, length: bytes.length },
    Slot,
  );
  if (slot.kind !== "done") return toUndelivered(workspace, toRepeatable(slot, AGAIN_MS), place.channel);
  const { upload_url, file_id } = slot.answer;
  const failure = await send(upload_url, bytes, workspace.apiUrl);
  if (failure !== null) return toUndelivered(workspace, failure, place.channel);
  const completed = await api.call(
    "files.completeUploadExternal",
    {
      files: [{ id: file_id, title: reply.name }],
      channel_id: place.channel,
      initial_comment: toCut(toUnlinked(reply.text), LIMITS.text),
      ...(place.thread !== null && { thread_ts: place.thread }),
    },
    Completed,
  );
  if (completed.kind === "done") return { kind: "sent", message: file_id };
  return toUndelivered(workspace, completed, place.channel);
}

async function read(path: string): Promise<Buffer<ArrayBuffer> | null> {
  try {
    return await readFile(path);
  } catch {
    return null;
  }
}

/** Null when the bytes arrived. The address is a secret by itself, so no token goes with it. */
async function send(address: string, bytes: Buffer<ArrayBuffer>, apiUrl: string): Promise<Failure | null> {
  if (!mayCall(address, apiUrl)) return lost("Slack named an address without https");
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: bytes,
      redirect: "error",
      signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.ok ? null : lost(`HTTP ${response.status}`);
  } catch (error) {
    return lost(error instanceof Error ? error.message : String(error));
  }
}

function lost(what: string): Failure {
  return { kind: "later", afterMs: AGAIN_MS, reason: `The upload failed: ${what}.` };
}
