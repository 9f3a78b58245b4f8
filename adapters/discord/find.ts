import { Routes } from "discord.js";
import { z } from "zod";

import type { Found, Post } from "../../src/contract.ts";
import { reasonOf } from "./failure.ts";
import { rememberMark, toMarkId } from "./mark.ts";
import { toMessagePlace, toMessageRef, type Place } from "./place.ts";
import { CODES } from "./refusal.ts";
import type { Workspace } from "./workspace.ts";

/** Discord's clock may be behind ours by so much. */
const CLOCK_SLACK_MS = 120_000;
/** docs.discord.com/developers/resources/message#get-channel-messages: at most 100. */
const PAGE_MESSAGES = 100;
const MOST_PAGES = 20;
/** With the core's pauses, about a quarter of an hour. */
const MOST_TRIES = 20;
/** docs.discord.com/developers/reference#snowflakes: the first second of 2015, in ms since 1970. */
const DISCORD_EPOCH_MS = 1_420_070_400_000;

const Page = z.array(
  z.object({
    id: z.string().regex(/^\d+$/),
    author: z.object({ id: z.string(), bot: z.boolean().nullish() }).nullish(),
    components: z
      .array(z.object({ id: z.number().nullish() }).nullish().catch(null))
      .nullish()
      .catch(null),
  }),
);

/** Looks for a post of ours that may have arrived: in its thread, and where it stands when there is none. */
export async function findPost(
  workspace: Workspace,
  place: Place,
  post: Post,
  sinceMs: number,
): Promise<Found> {
  for (const channel of channelsOf(place, post)) {
    const found = await findIn(workspace, channel, post, sinceMs);
    if (found.kind !== "absent") return found;
  }
  return { kind: "absent" };
}

function channelsOf({ guild, channel, hanging }: Place, { under }: Post): readonly string[] {
  if (guild === null || hanging.kind === "thread") return [channel];
  const head = hanging.kind === "under" ? hanging.message : under && toMessagePlace(under).message;
  return head ? [head, channel] : [channel];
}

async function findIn(workspace: Workspace, channel: string, post: Post, sinceMs: number): Promise<Found> {
  const id = toMarkId(post.mark);
  let after = toSnowflake(sinceMs - CLOCK_SLACK_MS);
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = { after: String(after), limit: String(PAGE_MESSAGES) };
    const called = await workspace.api.call(
      { method: "get", route: Routes.channelMessages(channel), query },
      Page,
    );
    if (called.kind === "refused" && called.code === CODES.unknownChannel) return { kind: "absent" };
    // What can never be looked for is posted: twice is better than never.
    if (called.kind === "refused") return notFound(workspace, post, reasonOf(called));
    if (called.kind !== "done") return unsure(workspace, post, reasonOf(called));
    const found = called.answer.find(
      ({ author, components }) => isOwn(workspace, author) && components?.some((part) => part?.id === id),
    );
    if (found !== undefined) {
      const message = toMessageRef({ channel, message: found.id });
      rememberMark(workspace, message, post.mark);
      workspace.lookedFor.delete(post.mark);
      return { kind: "found", message };
    }
    if (called.answer.length < PAGE_MESSAGES) return { kind: "absent" };
    after = called.answer
      .map((message) => BigInt(message.id))
      .reduce((one, other) => (other > one ? other : one));
  }
  return notFound(workspace, post, "Too much was written since to look through.");
}

/** Before Discord has said who the bot is, any bot may be it. */
function isOwn({ self }: Workspace, author: z.infer<typeof Page>[number]["author"]): boolean {
  return self.botId === null ? author?.bot === true : author?.id === self.botId;
}

/** A history that Discord cannot show shall not hold up what is to be said for good. */
function unsure(workspace: Workspace, post: Post, reason: string): Found {
  const { lookedFor } = workspace;
  const times = (lookedFor.get(post.mark) ?? 0) + 1;
  lookedFor.set(post.mark, times);
  if (times < MOST_TRIES) return { kind: "unsure", reason };
  lookedFor.delete(post.mark);
  return notFound(workspace, post, reason);
}

function toSnowflake(ms: number): bigint {
  return BigInt(Math.max(0, Math.floor(ms) - DISCORD_EPOCH_MS)) << 22n;
}

function notFound({ log }: Workspace, { mark }: Post, reason: string): Found {
  log.warn({ mark, reason }, "a post could not be looked for and may stand there twice");
  return { kind: "absent" };
}
