import { z } from "zod";

import { toCard } from "../../src/card.ts";
import type { Bot } from "../../src/contract.ts";
import { LIMITS } from "./limits.ts";
import { toBlocks } from "./render.ts";
import type { Workspace } from "./workspace.ts";

/** Opening it again within this time shows what is there. */
const FRESH_MS = 10_000;

const Published = z.object({ ok: z.literal(true) });

/** The bot's own page. */
export interface Home {
  /** Brings a person's page up to date. Never rejects. */
  show(user: string): Promise<void>;
}

export function createHome(workspace: Workspace, bot: Bot, now: () => number = Date.now): Home {
  const { api, log } = workspace;
  const shownAt = new Map<string, number>();
  return {
    async show(user) {
      if ((shownAt.get(user) ?? -FRESH_MS) > now() - FRESH_MS) return;
      for (const [other, time] of shownAt) if (time <= now() - FRESH_MS) shownAt.delete(other);
      shownAt.set(user, now());
      const blocks = toBlocks(toCard(await bot.overview()), LIMITS.viewBlocks);
      const published = await api.call(
        "views.publish",
        { user_id: user, view: { type: "home", blocks } },
        Published,
      );
      if (published.kind === "done") return;
      shownAt.delete(user);
      log.warn({ failure: published }, "app home could not be shown");
    },
  };
}
