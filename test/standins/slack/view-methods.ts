import type { ViewOutput } from "@slack/bolt";

import { type Answer, refusal } from "./answer.ts";
import { type Args, textArg } from "./args.ts";
import { blocksIn, withBlockIds } from "./blocks.ts";
import { viewRefusal } from "./content.ts";
import type { Methods } from "./methods.ts";
import type { Workspace } from "./workspace.ts";

/** Modals and App Homes: the trigger_id and the limits are judged here, emulate keeps the views. */
export function viewMethods(workspace: Workspace): Methods {
  const { upstream, views, triggers } = workspace;

  async function open(method: "views.open" | "views.push", args: Args): Promise<Answer> {
    const refused = viewRefusal(args);
    if (refused !== null) return refused;
    const trigger = triggers.exchange(textArg(args, "trigger_id"));
    if (typeof trigger === "string") return refusal(trigger);
    const { person, viewId } = trigger;
    const minted = await upstream.call("admin", "views.generateTriggerId", {
      user_id: person.id,
      ...(viewId !== null && { view_id: viewId }),
    });
    const answer = await upstream.call("bot", method, {
      ...identified(args),
      trigger_id: minted["trigger_id"],
    });
    if (answer.ok) views.opened(person, answer["view"] as ViewOutput);
    return answer;
  }

  async function update(args: Args): Promise<Answer> {
    const refused = viewRefusal(args);
    if (refused !== null) return refused;
    const answer = await upstream.call("bot", "views.update", identified(args));
    if (answer.ok) views.updated(answer["view"] as ViewOutput);
    return answer;
  }

  async function publish(args: Args): Promise<Answer> {
    const refused = viewRefusal(args);
    if (refused !== null) return refused;
    const answer = await upstream.call("bot", "views.publish", identified(args));
    if (answer.ok) views.published(textArg(args, "user_id") ?? "", answer["view"] as ViewOutput);
    return answer;
  }

  return {
    "views.open": (args) => open("views.open", args),
    "views.push": (args) => open("views.push", args),
    "views.update": update,
    "views.publish": publish,
  };
}

function identified(args: Args): Args {
  const view = args["view"] as Readonly<Record<string, unknown>>;
  return { ...args, view: { ...view, blocks: withBlockIds(blocksIn(view["blocks"]) ?? []) } };
}
