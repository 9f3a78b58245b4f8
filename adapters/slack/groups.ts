import { z } from "zod";

import type { Called } from "./api.ts";
import { reasonOf } from "./failure.ts";
import type { Workspace } from "./workspace.ts";

const FRESH_MS = 60_000;

/** https://docs.slack.dev/reference/methods/usergroups.list */
const Listed = z.object({
  usergroups: z.array(z.object({ id: z.string().min(1), users: z.array(z.string()).nullish() })),
});
type Listed = z.infer<typeof Listed>;

/** Tells in which user groups somebody is, as of the last minute: `slack:S012AB3CD`. Rejects when Slack does not say. */
export function createGroups(workspace: Workspace, now: () => number = Date.now) {
  let asked: { readonly atMs: number; readonly answer: Promise<Called<Listed>> } | null = null;

  async function ask(): Promise<Called<Listed>> {
    const called = await workspace.api.call("usergroups.list", { include_users: true }, Listed);
    if (called.kind !== "done") asked = null;
    return called;
  }

  return async (userId: string): Promise<readonly string[]> => {
    if (asked === null || asked.atMs <= now() - FRESH_MS) asked = { atMs: now(), answer: ask() };
    const called = await asked.answer;
    if (called.kind === "done") {
      const member = userId.replace(/^slack:/, "");
      return called.answer.usergroups
        .filter(({ users }) => users?.includes(member))
        .map(({ id }) => `slack:${id}`);
    }
    const isScope = called.kind === "refused" && called.code === "missing_scope";
    const reason = isScope
      ? "The Slack app needs the scope usergroups:read, then a reinstall."
      : reasonOf(called);
    throw new Error(`Slack's user groups could not be read. ${reason}`);
  };
}
