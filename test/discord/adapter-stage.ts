import { onTestFinished } from "vitest";

import { createAdapter } from "../../adapters/discord/index.ts";
import type { Adapter, Bot } from "../../src/contract.ts";
import { createCore, createLog, type LogLine, type RecordingCore } from "../recording-core.ts";
import { startDiscord, type Discord, type DiscordOptions } from "../standins/discord/discord.ts";

/** Discord, the adapter, and in the core's place one that writes down what it is handed. */
export interface AdapterStage extends RecordingCore {
  readonly discord: Discord;
  readonly adapter: Adapter;
  readonly log: readonly LogLine[];
  /** What who started it was told. */
  readonly warnings: readonly string[];
}

export interface AdapterOptions {
  readonly discord?: DiscordOptions;
  readonly env?: (discord: Discord) => Readonly<Record<string, string>>;
}

/** Slower machines than Discord's clients shall not fail a test that is about something else. */
const PATIENT = { ackMs: 15_000 };

export async function openAdapter(
  { discord: options, env }: AdapterOptions = {},
  atEnd: (end: () => Promise<void>) => void = onTestFinished,
): Promise<AdapterStage> {
  const discord = await startDiscord({ ...PATIENT, ...options });
  atEnd(() => discord.stop());
  const lines: LogLine[] = [];
  const adapter = await createAdapter({ ...environment(discord), ...env?.(discord) }, createLog(lines));
  if (adapter === null) throw new Error("there is no adapter");
  const core = createCore();
  const warnings = await adapter.start(core.bot);
  atEnd(() => adapter.stop());
  return { ...core, discord, adapter, log: lines, warnings };
}

export function environment(discord: Discord): Record<string, string> {
  return {
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
    DISCORD_GUILD_ID: discord.guildId,
  };
}

/** One more process, or the next run of one: it hears of all that happens from now on. */
export async function addProcess(discord: Discord, bot: Bot): Promise<void> {
  const adapter = await createAdapter(environment(discord), createLog([]));
  await adapter?.start(bot);
  onTestFinished(async () => adapter?.stop());
}
