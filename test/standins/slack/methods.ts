import { type Answer, refusal } from "./answer.ts";
import type { Args } from "./args.ts";
import type { Workspace } from "./workspace.ts";
import type { Channel } from "./world.ts";

/** One method of the Web API, as the bot calls it. */
type Method = (args: Args) => Promise<Answer> | Answer;

/** Methods by name. */
export type Methods = Readonly<Record<string, Method>>;

/** Where the bot may read and write, or Slack's refusal. A private channel that it isn't in does not exist for it. */
export function placeFor(
  { world }: Pick<Workspace, "world">,
  nameOrId: string | undefined,
): Channel | Answer {
  const channel = world.findChannel(nameOrId ?? "");
  if (channel === undefined) return refusal("channel_not_found");
  if (world.hasBot(channel)) return channel;
  return refusal(channel.type === "group" ? "channel_not_found" : "not_in_channel");
}

export function isAnswer(value: Channel | Answer): value is Answer {
  return "ok" in value;
}

/** Refuses a thread_ts that Slack could not find. Only the head of a thread may be named: an answer's ts breaks the thread. */
export function threadRefusal(
  { messages }: Pick<Workspace, "messages">,
  channel: string,
  ts: string | undefined,
): Answer | null {
  if (ts === undefined) return null;
  if (!/^\d{10}\.\d{6}$/.test(ts)) return refusal("invalid_thread_ts");
  const head = messages.find(channel, ts);
  if (head === undefined || head.ephemeralTo !== null) return refusal("thread_not_found");
  return head.threadTs === null ? null : refusal("cannot_reply_to_message");
}
