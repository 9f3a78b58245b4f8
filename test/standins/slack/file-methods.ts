import type { Answer } from "./answer.ts";
import { type Args, textArg } from "./args.ts";
import { echoOf } from "./echo.ts";
import { sharedAt } from "./files.ts";
import type { RawFile, RawMessage } from "./messages.ts";
import { isAnswer, type Methods, placeFor, threadRefusal } from "./methods.ts";
import type { Workspace } from "./workspace.ts";

/** The last step of an upload, after which the file stands in a message. */
export function fileMethods(workspace: Workspace): Methods {
  const { upstream, messages, world } = workspace;

  async function complete(args: Args): Promise<Answer> {
    if (args["channel_id"] === undefined) return upstream.call("bot", "files.completeUploadExternal", args);
    const place = placeFor(workspace, textArg(args, "channel_id"));
    if (isAnswer(place)) return place;
    const refused = threadRefusal(workspace, place.id, textArg(args, "thread_ts"));
    if (refused !== null) return refused;
    const answer = await upstream.call("bot", "files.completeUploadExternal", {
      ...args,
      channel_id: place.id,
    });
    if (!answer.ok) return answer;
    const ts = sharedAt((answer["files"] as readonly RawFile[])[0], place.id);
    const raw = await readMessage(workspace, place.id, ts);
    echoOf(workspace, messages.put(place.id, { ...raw, bot_id: world.app.botId }));
    return answer;
  }

  return { "files.completeUploadExternal": complete };
}

/** A message as emulate has it. */
export async function readMessage(
  { upstream }: Pick<Workspace, "upstream">,
  channel: string,
  ts: string,
): Promise<RawMessage> {
  const { messages } = (await upstream.call("admin", "conversations.replies", {
    channel,
    ts,
  })) as unknown as {
    readonly messages: readonly RawMessage[];
  };
  const raw = messages.find((message) => message.ts === ts);
  if (raw === undefined) throw new Error(`there is no message ${ts} in ${channel}`);
  return raw;
}
