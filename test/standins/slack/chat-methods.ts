import { type Answer, refusal } from "./answer.ts";
import { type Args, textArg } from "./args.ts";
import { blocksIn, withBlockIds } from "./blocks.ts";
import { messageRefusal } from "./content.ts";
import { echoOf } from "./echo.ts";
import type { RawMessage } from "./messages.ts";
import { isAnswer, type Methods, placeFor, threadRefusal } from "./methods.ts";
import type { Workspace } from "./workspace.ts";

/** Posting, editing and deleting, where emulate lets through what Slack does not. */
export function chatMethods(workspace: Workspace): Methods {
  const { upstream, messages, world } = workspace;
  const { botId: bot_id, appId: app_id } = world.app;

  async function post(args: Args): Promise<Answer> {
    const place = placeFor(workspace, textArg(args, "channel"));
    if (isAnswer(place)) return place;
    const refused =
      messageRefusal(args, "new") ?? threadRefusal(workspace, place.id, textArg(args, "thread_ts"));
    if (refused !== null) return refused;
    const own = { ...identified(args), channel: place.id, bot_id, app_id };
    const answer = await upstream.call("bot", "chat.postMessage", own);
    if (answer.ok) echoOf(workspace, messages.put(place.id, answer["message"] as RawMessage));
    return answer;
  }

  async function update(args: Args): Promise<Answer> {
    const place = placeFor(workspace, textArg(args, "channel"));
    if (isAnswer(place)) return place;
    const before = messages.find(place.id, textArg(args, "ts") ?? "");
    if (before === undefined || before.ephemeralTo !== null) return refusal("message_not_found");
    const refused = messageRefusal(args, "edit");
    if (refused !== null) return refused;
    // What is left out stays: emulate takes it away.
    const kept = { blocks: before.raw.blocks, attachments: before.raw.attachments };
    const answer = await upstream.call("bot", "chat.update", {
      ...kept,
      ...identified(args),
      channel: place.id,
    });
    if (answer.ok) echoOf(workspace, messages.put(place.id, answer["message"] as RawMessage), before);
    return answer;
  }

  async function postEphemeral(args: Args): Promise<Answer> {
    const place = placeFor(workspace, textArg(args, "channel"));
    if (isAnswer(place)) return place;
    const refused =
      messageRefusal(args, "new") ?? threadRefusal(workspace, place.id, textArg(args, "thread_ts"));
    if (refused !== null) return refused;
    const own = { ...identified(args), channel: place.id };
    const answer = await upstream.call("bot", "chat.postEphemeral", own);
    if (!answer.ok) return answer;
    const { text = "", blocks, attachments, thread_ts } = own as Partial<RawMessage>;
    const raw = {
      type: "message" as const,
      ts: String(answer["message_ts"]),
      user: world.app.userId,
      bot_id,
      text,
    };
    const rest = {
      ...(blocks && { blocks }),
      ...(attachments && { attachments }),
      ...(thread_ts && { thread_ts }),
    };
    messages.put(place.id, { ...raw, ...rest }, textArg(args, "user"));
    return answer;
  }

  async function remove(args: Args): Promise<Answer> {
    const answer = await upstream.call("bot", "chat.delete", args);
    if (answer.ok) messages.remove(String(textArg(args, "channel")), textArg(args, "ts") ?? "");
    return answer;
  }

  return {
    "chat.postMessage": post,
    "chat.update": update,
    "chat.postEphemeral": postEphemeral,
    "chat.delete": remove,
  };
}

function identified(args: Args): Args {
  const blocks = blocksIn(args["blocks"]);
  return blocks === undefined ? args : { ...args, blocks: withBlockIds(blocks) };
}
