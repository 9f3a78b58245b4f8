import { changeEvent, messageEvent } from "./events.ts";
import type { SeenMessage } from "./messages.ts";
import type { Workspace } from "./workspace.ts";

/** Tells the bot of its own message or edit, as Slack does with every app that listens to `message` events. */
export function echoOf(workspace: Workspace, message: SeenMessage, before?: SeenMessage): void {
  const { world, payloads, deliveries, echo } = workspace;
  if (!echo) return;
  const channel = world.channel(message.channel);
  const now = messageEvent(message, channel, world.teamId);
  const event =
    before === undefined ? now : changeEvent(now, messageEvent(before, channel, world.teamId), channel);
  void deliveries.deliver("events_api", payloads.event(event));
}
