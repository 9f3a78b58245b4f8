import { Routes } from "discord.js";
import { z } from "zod";

import type { Fetched, Upload } from "../../src/contract.ts";
import { readAtMost, wordLoss, wordTooLarge } from "../../src/platform-call.ts";
import { mayRead } from "./addresses.ts";
import { reasonOf } from "./failure.ts";
import { FileFields } from "./payload.ts";
import { toFileRef } from "./uploads.ts";
import type { Workspace } from "./workspace.ts";

const TIMEOUT_MS = 60_000;
const GONE = new Set([403, 404, 410]);

const Holder = z.object({
  attachments: z.array(z.unknown()).catch([]),
  message_snapshots: z
    .array(z.object({ message: z.object({ attachments: z.array(z.unknown()).catch([]) }) }))
    .nullish()
    .catch(null),
});

/** Reads a file that somebody shared. Its address holds all that is needed: the bot's token is never sent along. */
export async function download(workspace: Workspace, upload: Upload, mostBytes: number): Promise<Fetched> {
  const { name, size, ref } = upload;
  if (size !== null && size > mostBytes) return tooLarge(name, mostBytes);
  const { id, url, at } = toFileRef(ref);
  const first = await readFrom(workspace, name, url, mostBytes);
  if (first !== "gone") return first;
  // Addresses run out after a day; a message gives a fresh one.
  const fresh = at === null ? null : await askForAddress(workspace, at, id);
  const again = fresh === null ? "gone" : await readFrom(workspace, name, fresh, mostBytes);
  return again === "gone" ? refused(`${name} is not there any more: send it again.`) : again;
}

async function askForAddress(
  { api, log }: Workspace,
  { channel, message }: { readonly channel: string; readonly message: string },
  id: string,
): Promise<string | null> {
  const called = await api.call({ method: "get", route: Routes.channelMessage(channel, message) }, Holder);
  if (called.kind !== "done") {
    log.debug({ reason: reasonOf(called) }, "a file's message could not be read");
    return null;
  }
  const { attachments, message_snapshots } = called.answer;
  const all = [...attachments, ...(message_snapshots ?? []).flatMap((one) => one.message.attachments)];
  const files = all.flatMap((value) => FileFields.safeParse(value).data ?? []);
  return files.find((file) => file.id === id)?.url ?? null;
}

async function readFrom(
  { apiUrl }: Workspace,
  name: string,
  address: string,
  mostBytes: number,
): Promise<Fetched | "gone"> {
  if (!mayRead(address, apiUrl)) {
    return refused(`${name} is kept outside of Discord, where I do not read: upload the file itself.`);
  }
  try {
    const response = await fetch(address, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
    const problem = toProblem(response, name, mostBytes);
    if (problem !== null) {
      await response.body?.cancel();
      return problem;
    }
    const bytes = await readAtMost(response, mostBytes);
    return bytes === null ? tooLarge(name, mostBytes) : { kind: "fetched", bytes };
  } catch (error) {
    return {
      kind: "failed",
      reason: `${name} could not be read from Discord (${wordLoss(error)}): send it again.`,
    };
  }
}

function toProblem(response: Response, name: string, mostBytes: number): Fetched | "gone" | null {
  const { status } = response;
  if (status >= 300 && status < 400) {
    return refused(
      `Discord sends on to another address for ${name}, where I do not follow: upload it again.`,
    );
  }
  if (GONE.has(status)) return "gone";
  if (!response.ok)
    return { kind: "failed", reason: `Discord answered with HTTP ${status} for ${name}: send it again.` };
  const declared = Number(response.headers.get("content-length") ?? "0");
  return declared > mostBytes ? tooLarge(name, mostBytes) : null;
}

function tooLarge(name: string, mostBytes: number): Fetched {
  return refused(wordTooLarge(name, mostBytes));
}

function refused(reason: string): Fetched {
  return { kind: "refused", reason };
}
