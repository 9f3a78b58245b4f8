import type { Arrived, Ears } from "./arrived.ts";
import { fromInteraction } from "./interaction.ts";
import { fromEvent } from "./message-event.ts";

/** Reads what Slack delivered; null for what is not ours. */
export function toArrived(body: unknown, ears: Ears): Arrived | null {
  return fromEvent(body, ears) ?? fromInteraction(body);
}
