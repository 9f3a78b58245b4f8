import { onTestFinished } from "vitest";

import { openDiscord } from "../scenarios/discord.ts";
import { type AtEnd, type HouseOptions, openHouse, setUp, type Stage } from "../scenarios/stage.ts";
import type { Discord, DiscordOptions } from "../standins/discord/discord.ts";

/** A stage with the stand-in at hand, for what only Discord has. */
export interface DiscordStage extends Stage {
  readonly discord: Discord;
}

interface DiscordStageOptions extends Omit<HouseOptions, "channels"> {
  readonly discord?: DiscordOptions;
}

/** A stage for one test. Tests that run beside others give their own context, which knows when they end. */
export async function openDiscordStage(
  { discord: options, ...house }: DiscordStageOptions,
  atEnd: AtEnd = onTestFinished,
): Promise<DiscordStage> {
  const chat = await openDiscord(undefined, options);
  return { ...setUp(chat, await openHouse(house, [chat], atEnd)), discord: chat.discord };
}
