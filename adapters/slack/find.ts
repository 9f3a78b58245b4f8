import { z } from "zod";

import type { Found, Post } from "../../src/contract.ts";
import { reasonOf } from "./failure.ts";
import type { Identity } from "./identity.ts";
import type { Workspace } from "./workspace.ts";

/** The name under which a post's mark stands in its metadata. */
export const MARK_EVENT = "vtip_post";

/** Slack's clock may be behind ours by so much. */
const CLOCK_SLACK_MS = 120_000;
const PAGE_MESSAGES = 200;
const MOST_PAGES = 10;

/** https://docs.slack.dev/reference/methods/conversations.replies and conversations.history */
const Page = z.object({
  messages: z
    .array(
      z.object({
        ts: z.string(),
        user: z.string().nullish(),
        bot_id: z.string().nullish(),
        metadata: z
          .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
          .nullish()
          .catch(null),
        files: z
          .array(z.object({ name: z.string().nullish() }))
          .nullish()
          .catch(null),
      }),
    )
    .nullish(),
  has_more: z.boolean().nullish(),
  response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish(),
});
type Seen = NonNullable<z.infer<typeof Page>["messages"]>[number];

function notFound({ log }: Workspace, { mark }: Post, reason: string): Found {
  log.warn({ mark, reason }, "a post could not be looked for and may stand there twice");
  return { kind: "absent" };
}

/** Looks in a thread, or at the top of a channel, for a post of ours that may have arrived. */
export async function findPost(
  workspace: Workspace,
  place: { readonly channel: string; readonly thread: string | null },
  post: Post,
  sinceMs: number,
): Promise<Found> {
  const identity = await workspace.identity();
  if (identity.kind !== "done") return { kind: "unsure", reason: reasonOf(identity) };
  const method = place.thread === null ? "conversations.history" : "conversations.replies";
  const oldest = (Math.max(0, sinceMs - CLOCK_SLACK_MS) / 1000).toFixed(6);
  let cursor = "";
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const called = await workspace.api.call(
      method,
      {
        channel: place.channel,
        ...(place.thread !== null && { ts: place.thread }),
        oldest,
        include_all_metadata: true,
        limit: PAGE_MESSAGES,
        ...(cursor !== "" && { cursor }),
      },
      Page,
    );
    if (called.kind === "refused" && GONE.has(called.code)) return { kind: "absent" };
    // What can never be looked for is posted: twice is better than never.
    if (called.kind === "refused") return notFound(workspace, post, reasonOf(called));
    if (called.kind !== "done") return { kind: "unsure", reason: reasonOf(called) };
    const found = called.answer.messages?.find((message) => isPost(message, post, identity.answer));
    if (found !== undefined) return { kind: "found", message: found.ts };
    cursor = called.answer.response_metadata?.next_cursor ?? "";
    if (called.answer.has_more !== true || cursor === "") return { kind: "absent" };
  }
  return notFound(workspace, post, "Too much was written since to look through.");
}

/** Where nothing can be read nothing of ours can stand; the post itself will be told why. */
const GONE = new Set(["thread_not_found", "channel_not_found", "not_in_channel"]);

function isPost(
  { user, bot_id, metadata, files }: Seen,
  { mark, reply }: Post,
  { userId, botId }: Identity,
): boolean {
  if (user !== userId && (!bot_id || bot_id !== botId)) return false;
  if (reply.kind === "file") return files?.some(({ name }) => name === reply.name) ?? false;
  return metadata?.event_type === MARK_EVENT && metadata.event_payload["mark"] === mark;
}
