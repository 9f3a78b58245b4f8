import { Routes } from "discord.js";
import { z } from "zod";

import type { Delivered, Reply } from "../../src/contract.ts";
import { toRepeatable } from "./failure.ts";
import { toMessagePlace } from "./place.ts";
import { CODES, toRefused } from "./refusal.ts";
import { toMessage } from "./render.ts";
import { toCard } from "./speech.ts";
import { unarchive } from "./thread.ts";
import type { Workspace } from "./workspace.ts";

const AGAIN_MS = 2000;

const Edited = z.object({ id: z.string() });

/** Puts a card in the place of what a message says. To edit twice does no harm. In an archived thread nothing can be edited. */
export async function editMessage(workspace: Workspace, ref: string, reply: Reply): Promise<Delivered> {
  const { channel, message } = toMessagePlace(ref);
  const body = toMessage(toCard(reply), workspace.marks.get(ref));
  const call = { method: "patch", route: Routes.channelMessage(channel, message), body } as const;
  let called = await workspace.api.call(call, Edited);
  const isArchived = called.kind === "refused" && called.code === CODES.archivedThread;
  if (isArchived && (await unarchive(workspace, channel))) called = await workspace.api.call(call, Edited);
  if (called.kind === "done") return { kind: "sent", message: ref };
  return toRefused(toRepeatable(called, AGAIN_MS));
}
