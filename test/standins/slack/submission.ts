import type { ViewOutput } from "@slack/bolt";

import type { AckBody } from "./ack.ts";
import { viewRefusal } from "./content.ts";
import type { Workspace } from "./workspace.ts";
import type { Person } from "./world.ts";

/** What Slack does with a modal after its submission was acknowledged. */
export async function follow(
  { views, upstream }: Workspace,
  person: Person,
  id: string,
  body: AckBody | null,
): Promise<void> {
  const refused = body?.view === undefined ? null : viewRefusal({ view: body.view });
  if (refused !== null) throw new Error(`Slack does not show this view: ${JSON.stringify(refused)}`);
  views.answered(id, body);
  if (body?.response_action === "update") {
    const answer = await upstream.call("bot", "views.update", { view_id: id, view: body.view });
    if (answer.ok) views.updated(answer["view"] as ViewOutput);
  }
  if (body?.response_action === "push") {
    const minted = await upstream.call("admin", "views.generateTriggerId", {
      user_id: person.id,
      view_id: id,
    });
    const answer = await upstream.call("bot", "views.push", {
      trigger_id: minted["trigger_id"],
      view: body.view,
    });
    if (answer.ok) views.opened(person, answer["view"] as ViewOutput);
  }
}
