import type { ButtonAction } from "@slack/bolt";

import { momentNow } from "./events.ts";
import { buttonsOf } from "./reading.ts";

/**
 * The action that pressing a button is, named by its action_id or the beginning of its label, an emoji apart.
 * @throws {Error} Where no such button stands there now.
 */
export function actionOf(blocks: readonly unknown[], name: string): ButtonAction {
  const buttons = buttonsOf({ blocks });
  const button =
    buttons.find(({ actionId }) => actionId === name) ??
    buttons.find(({ label }) => withoutEmoji(label).startsWith(name));
  if (button === undefined) {
    const labels = buttons.map(({ label }) => label).join(", ") || "no button at all";
    throw new Error(`there is no button ${name}, only ${labels}`);
  }
  return {
    type: "button",
    action_id: button.actionId,
    block_id: button.blockId,
    text: { type: "plain_text", text: button.label, emoji: true },
    ...(button.value !== undefined && { value: button.value }),
    ...(button.url !== undefined && { url: button.url }),
    action_ts: momentNow(),
  };
}

function withoutEmoji(label: string): string {
  return label.replace(/^(?::[\w+-]+:|[^\p{L}\p{N}])+/u, "");
}
