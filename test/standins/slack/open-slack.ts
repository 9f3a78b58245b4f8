import type { types } from "@slack/bolt";
import { onTestFinished } from "vitest";

import { type Slack, type SlackOptions, startSlack } from "./slack.ts";

/** A stand-in that is stopped after the test. */
export async function openSlack(options?: SlackOptions): Promise<Slack> {
  const slack = await startSlack(options);
  onTestFinished(() => slack.stop());
  return slack;
}

export function section(text: string): types.SectionBlock {
  return { type: "section", text: { type: "mrkdwn", text } };
}

export function button(action_id: string, label: string, value = "1"): types.Button {
  return { type: "button", action_id, value, text: { type: "plain_text", text: label } };
}
