import { type Answer, refusal } from "./answer.ts";
import type { Methods } from "./methods.ts";
import type { Workspace } from "./workspace.ts";

/** User groups and bots, which emulate does not have. */
export function peopleMethods({ world, scopes }: Pick<Workspace, "world" | "scopes">): Methods {
  const missing = (): Answer | null =>
    scopes.includes("usergroups:read")
      ? null
      : { ok: false, error: "missing_scope", needed: "usergroups:read", provided: scopes.join(",") };
  return {
    "usergroups.list": ({ include_users }) => {
      const usergroups = world.groups.map(({ id, handle, members }) => ({
        id,
        team_id: world.teamId,
        is_usergroup: true,
        name: handle,
        handle,
        user_count: members.length,
        ...(String(include_users) === "true" && { users: members }),
      }));
      return missing() ?? { ok: true, usergroups };
    },
    "usergroups.users.list": ({ usergroup }) => {
      const group = world.groups.find(({ id }) => id === usergroup);
      return (
        missing() ?? (group === undefined ? refusal("no_such_subteam") : { ok: true, users: group.members })
      );
    },
    "bots.info": ({ bot }) => {
      const { botId, appId, userId, name } = world.app;
      if (bot !== botId) return refusal("bot_not_found");
      return { ok: true, bot: { id: botId, deleted: false, name, app_id: appId, user_id: userId } };
    },
  };
}
