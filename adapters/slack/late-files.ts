import { z } from "zod";

import type { Upload } from "../../src/contract.ts";
import { callPatiently } from "../../src/platform-call.ts";
import { toRepeatable } from "./failure.ts";
import { MessageFields } from "./payload.ts";
import type { Place } from "./place.ts";
import { toUploads } from "./uploads.ts";
import type { Workspace } from "./workspace.ts";

const AGAIN_MS = 1000;
const Page = z.object({ messages: z.array(MessageFields).nullish() });

/**
 * Looks up the files of a message of which Slack told without them, and of which no other event came: a bot that is not
 * subscribed to `message` events gets no other. None where Slack does not say.
 */
export async function readFiles({ api }: Workspace, place: Place, ts: string): Promise<readonly Upload[]> {
  const { channel, thread } = place;
  const only = { channel, oldest: ts, latest: ts, inclusive: true };
  const called = await callPatiently(async () => {
    const page =
      thread === ts || thread === null
        ? await api.call("conversations.history", { ...only, limit: 1 }, Page)
        : // The head of the thread comes along.
          await api.call("conversations.replies", { ...only, ts: thread, limit: 2 }, Page);
    return page.kind === "done" ? page : toRepeatable(page, AGAIN_MS);
  });
  if (called.kind !== "done") return [];
  const message = called.answer.messages?.find((one) => one.ts === ts);
  return message === undefined ? [] : toUploads(message);
}
