import { Routes } from "discord.js";
import { z } from "zod";

import { COMMANDS } from "./commands.ts";
import { reasonOf } from "./failure.ts";
import type { Workspace } from "./workspace.ts";

const Registered = z.array(z.record(z.string(), z.unknown()));

/**
 * Registers the commands where they are not registered as they are now. Resolves to a sentence for what fails: commands
 * that were registered before go on working.
 */
export async function registerCommands(
  { api, log }: Workspace,
  application: string,
  guildId: string | null,
): Promise<readonly string[]> {
  const route =
    guildId === null
      ? Routes.applicationCommands(application)
      : Routes.applicationGuildCommands(application, guildId);
  const current = await api.call({ method: "get", route }, Registered);
  if (current.kind === "done" && areRegistered(current.answer)) return [];
  const called = await api.call({ method: "put", route, body: COMMANDS }, Registered);
  if (called.kind === "done") {
    log.info({ commands: COMMANDS.length, guildId }, "commands registered with discord");
    return [];
  }
  return [
    `The commands could not be registered with Discord (${reasonOf(called)}): invite the bot again with the scope applications.commands, and look at DISCORD_GUILD_ID.`,
  ];
}

/** Discord fills in what we leave out, so only what we say is compared. */
function areRegistered(current: readonly Readonly<Record<string, unknown>>[]): boolean {
  if (current.length !== COMMANDS.length) return false;
  return COMMANDS.every((wanted) =>
    current.some((command) => command["name"] === wanted.name && covers(command, wanted)),
  );
}

/** Whether all that is wanted is there, however deep; a list has to be the same, in whatever order where it is of numbers. */
function covers(given: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(given)) return wanted.length === 0 && given === undefined;
    if (given.length !== wanted.length) return false;
    if (wanted.every((one) => typeof one === "number")) return wanted.every((one) => given.includes(one));
    return wanted.every((one, at) => covers(given[at], one));
  }
  if (typeof wanted !== "object" || wanted === null) return given === wanted;
  if (typeof given !== "object" || given === null) return false;
  const known = given as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).every(
    // Discord gives guild commands back without what holds for all servers only.
    ([key, value]) => (key in known || !SERVER_WIDE.has(key) ? covers(known[key], value) : true),
  );
}

const SERVER_WIDE = new Set(["contexts", "integration_types"]);
