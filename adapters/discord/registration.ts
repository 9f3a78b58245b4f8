import { Routes } from "discord.js";
import { z } from "zod";

import type { Api } from "./api.ts";
import { COMMANDS } from "./commands.ts";
import { reasonOf, type Failure } from "./failure.ts";
import type { Workspace } from "./workspace.ts";

const AGAIN_MS = 60_000;

const Registered = z.array(z.record(z.string(), z.unknown()));

/** Keeps what people can choose in Discord as the program has it. */
export interface Registration {
  /**
   * Registers the commands where they are not registered as they are now. Resolves to a sentence for what fails: commands
   * that were registered before go on working. What failed in passing is tried again every minute.
   */
  begin(application: string): Promise<readonly string[]>;
  close(): void;
}

export function createRegistration({ api, log }: Workspace, guildId: string | null): Registration {
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  async function begin(application: string): Promise<readonly string[]> {
    const failure = await register(api, application, guildId);
    if (failure === null) return [];
    if (failure.kind === "refused") {
      return [
        `The commands could not be registered with Discord (${reasonOf(failure)}): invite the bot again with the scope applications.commands, and look at DISCORD_GUILD_ID.`,
      ];
    }
    log.warn({ failure }, "the commands are not registered with discord yet");
    if (!isClosed) timer = setTimeout(() => void begin(application), AGAIN_MS).unref();
    return [
      `The commands could not be registered with Discord yet (${reasonOf(failure)}); tried again every minute.`,
    ];
  }

  return {
    begin,
    close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** Null when they are registered. */
async function register(api: Api, application: string, guildId: string | null): Promise<Failure | null> {
  const route =
    guildId === null
      ? Routes.applicationCommands(application)
      : Routes.applicationGuildCommands(application, guildId);
  const current = await api.call({ method: "get", route }, Registered);
  if (current.kind === "done" && areRegistered(current.answer)) return null;
  const called = await api.call({ method: "put", route, body: COMMANDS }, Registered);
  return called.kind === "done" ? null : called;
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
    ([key, value]) => (SERVER_WIDE.has(key) && (known[key] ?? null) === null) || covers(known[key], value),
  );
}

const SERVER_WIDE = new Set(["contexts", "integration_types"]);
