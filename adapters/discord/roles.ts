import { Routes } from "discord.js";
import { z } from "zod";

import { reasonOf } from "./failure.ts";
import { CODES } from "./refusal.ts";
import type { Workspace } from "./workspace.ts";

const FRESH_MS = 60_000;
const MOST_REMEMBERED = 1000;

const Member = z.object({ roles: z.array(z.string()) });

/** Who has which roles. */
export interface Roles {
  /** Notes the roles that Discord told with a press or command. */
  note(user: string, guild: string, roles: readonly string[]): void;
  /** The roles of a person in all servers of the bot, of the last minute: `discord:role:1`. Rejects when Discord does not say. */
  of(userId: string): Promise<readonly string[]>;
}

export function createRoles({ api, channels }: Workspace, now: () => number = Date.now): Roles {
  const noted = new Map<string, { readonly roles: readonly string[]; readonly atMs: number }>();

  async function ask(guild: string, user: string): Promise<readonly string[]> {
    const key = `${guild} ${user}`;
    const known = noted.get(key);
    if (known !== undefined && known.atMs > now() - FRESH_MS) return known.roles;
    const called = await api.call({ method: "get", route: Routes.guildMember(guild, user) }, Member);
    if (called.kind === "refused" && NO_MEMBER.has(called.code)) return [];
    if (called.kind !== "done") throw new Error(`Discord's roles could not be read. ${reasonOf(called)}`);
    return called.answer.roles;
  }

  return {
    note(user, guild, roles) {
      const key = `${guild} ${user}`;
      noted.delete(key);
      noted.set(key, { roles, atMs: now() });
      const [oldest] = noted.keys();
      if (noted.size > MOST_REMEMBERED && oldest !== undefined) noted.delete(oldest);
    },
    async of(userId) {
      const user = userId.replace(/^discord:/, "");
      const guilds = channels.guilds();
      if (guilds === null) throw new Error("Discord has not yet said in which servers I am.");
      const all = await Promise.all(guilds.map(async (guild) => ask(guild, user)));
      return all.flat().map((role) => `discord:role:${role}`);
    },
  };
}

/** Nobody is known to a server that the bot has been taken out of. */
const NO_MEMBER = new Set<number>([
  CODES.unknownMember,
  CODES.unknownUser,
  CODES.unknownGuild,
  CODES.missingAccess,
]);
