import { onTestFinished } from "vitest";

import { openSlack, type Transport } from "../scenarios/slack.ts";
import { type AtEnd, type HouseOptions, openHouse, setUp, share, type Stage } from "../scenarios/stage.ts";
import type { Slack, SlackOptions } from "../standins/slack/slack.ts";

/** How Slack reaches the bot. */
export const TRANSPORTS = ["socket", "http"] as const;

/** A stage with the stand-in at hand, for what only Slack has. */
export interface SlackStage extends Stage {
  readonly slack: Slack;
}

interface SlackStageOptions extends Omit<HouseOptions, "channels"> {
  readonly transport: Transport;
  readonly slack?: SlackOptions;
}

/** A stage for one test. Tests that run beside others give their own context, which knows when they end. */
export async function openSlackStage(
  { transport, slack: options, ...house }: SlackStageOptions,
  atEnd: AtEnd = onTestFinished,
): Promise<SlackStage> {
  const chat = await openSlack(transport, undefined, options);
  return { ...setUp(chat, await openHouse(house, [chat], atEnd)), slack: chat.slack };
}

/** One stage with a running bot for all tests of the `describe` that it is called in. */
export function shareSlackStage(options: SlackStageOptions): () => SlackStage {
  return share(async (atEnd) => {
    const stage = await openSlackStage(options, atEnd);
    await stage.start();
    return stage;
  });
}
