import { type Answer, refusal } from "./answer.ts";
import { type Args, flagArg, textArg } from "./args.ts";
import type { RawMessage } from "./messages.ts";
import { isAnswer, type Methods, placeFor } from "./methods.ts";
import type { Workspace } from "./workspace.ts";

/** Reading of channels and threads: emulate has the messages, this the windows, the pages and who may read. */
export function conversationMethods(workspace: Workspace): Methods {
  const { upstream, messages } = workspace;

  async function read(method: string, args: Args, usualLimit: number): Promise<Answer> {
    const place = placeFor(workspace, textArg(args, "channel"));
    if (isAnswer(place)) return place;
    if (method.endsWith("replies") && messages.find(place.id, textArg(args, "ts") ?? "") === undefined) {
      return refusal("thread_not_found");
    }
    const answer = await upstream.call("bot", method, { channel: place.id, ts: args["ts"], limit: 1000 });
    if (!answer.ok) return answer;
    return pageOf(
      answer,
      (answer["messages"] as readonly RawMessage[]).filter(within(args)),
      args,
      usualLimit,
    );
  }

  return {
    "conversations.history": (args) => read("conversations.history", args, 100),
    "conversations.replies": (args) => read("conversations.replies", args, 1000),
  };
}

function within(args: Args): (message: RawMessage) => boolean {
  const [oldest = "", latest = "9"] = [textArg(args, "oldest"), textArg(args, "latest")];
  const ends = flagArg(args, "inclusive");
  return ({ ts }) => (ts > oldest && ts < latest) || (ends && (ts === oldest || ts === latest));
}

function pageOf(answer: Answer, found: readonly RawMessage[], args: Args, usualLimit: number): Answer {
  const from = Number(args["cursor"] ?? 0);
  const to = from + Number(args["limit"] ?? usualLimit);
  const withMetadata = flagArg(args, "include_all_metadata");
  const page = found.slice(from, to).map(({ metadata, ...message }) => {
    return withMetadata && metadata !== undefined ? { ...message, metadata } : message;
  });
  const hasMore = to < found.length;
  const next = hasMore ? { response_metadata: { next_cursor: String(to) } } : { response_metadata: {} };
  return { ...answer, messages: page, has_more: hasMore, ...next };
}
