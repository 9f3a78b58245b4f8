import { randomUUID } from "node:crypto";

import type {
  BlockAction,
  ButtonAction,
  EnvelopedEvent,
  MessageShortcut,
  SlashCommand,
  ViewClosedAction,
  ViewOutput,
  ViewSubmitAction,
} from "@slack/bolt";

import { momentNow } from "./events.ts";
import type { SeenMessage } from "./messages.ts";
import type { Channel, Person, World } from "./world.ts";

/** What Slack sends to an app, the same over both transports. */
export interface Payloads {
  slash(by: Person, channel: Channel, command: string, text: string, keys: Keys): SlashCommand;
  shortcut(
    by: Person,
    channel: Channel,
    message: SeenMessage,
    callbackId: string,
    keys: Keys,
  ): MessageShortcut;
  click(by: Person, place: ClickPlace, action: ButtonAction, keys: Keys): BlockAction<ButtonAction>;
  submission(by: Person, view: ViewOutput, triggerId: string): ViewSubmitAction;
  closing(by: Person, view: ViewOutput): ViewClosedAction;
  event<Event>(event: Event): EnvelopedEvent<Event>;
}

/** What an interaction lets the bot do. */
interface Keys {
  readonly trigger_id: string;
  readonly response_url: string;
}

/** Where a button was pressed. */
export type ClickPlace =
  | { readonly message: SeenMessage; readonly channel: Channel; readonly state: ViewOutput["state"] }
  | { readonly view: ViewOutput };

/** Slack sends this old token still; an app is to check the signature. */
const LEGACY_TOKEN = "legacy";

export function createPayloads(world: World): Payloads {
  const { teamId, teamDomain, app } = world;
  const team = { id: teamId, domain: teamDomain };
  const common = { token: LEGACY_TOKEN, api_app_id: app.appId };
  const person = ({ id, name }: Person) => ({ id, name, username: name, team_id: teamId });

  return {
    slash: (by, { id, name, type }, command, text, keys) => ({
      ...common,
      ...keys,
      command,
      text,
      user_id: by.id,
      user_name: by.name,
      channel_id: id,
      channel_name: type === "im" ? "directmessage" : name,
      team_id: teamId,
      team_domain: teamDomain,
      is_enterprise_install: "false",
    }),
    shortcut: (by, { id, name }, message, callbackId, keys) => ({
      ...common,
      ...keys,
      type: "message_action",
      callback_id: callbackId,
      action_ts: momentNow(),
      message_ts: message.ts,
      message: { ...message.raw },
      channel: { id, name },
      user: person(by),
      team,
      is_enterprise_install: false,
    }),
    click: (by, place, action, { trigger_id, response_url }) => ({
      ...common,
      trigger_id,
      type: "block_actions",
      user: person(by),
      team,
      is_enterprise_install: false,
      actions: [action],
      ...clickPlace(place, response_url),
    }),
    submission: (by, view, trigger_id) => ({
      ...common,
      trigger_id,
      type: "view_submission",
      user: person(by),
      team,
      view,
      response_urls: [],
      is_enterprise_install: false,
    }),
    closing: (by, view) => ({
      ...common,
      type: "view_closed",
      user: person(by),
      team,
      view,
      is_cleared: false,
      is_enterprise_install: false,
    }),
    event: (event) => ({
      ...common,
      type: "event_callback",
      team_id: teamId,
      event,
      event_id: `Ev${randomUUID().replaceAll("-", "").slice(0, 10).toUpperCase()}`,
      event_time: Math.floor(Date.now() / 1000),
      authorizations: [
        {
          enterprise_id: null,
          team_id: teamId,
          user_id: app.userId,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: false,
    }),
  };
}

/** A message that only one person sees is not sent back to the app: only where it stood is. */
function clickPlace(place: ClickPlace, response_url: string) {
  if ("view" in place) {
    // Buttons of views come without a response_url, though Bolt's type asks for one.
    const response_url = undefined as unknown as string;
    return { view: place.view, container: { type: "view", view_id: place.view.id }, response_url };
  }
  const { message, channel, state } = place;
  const isEphemeral = message.ephemeralTo !== null;
  const container = {
    type: "message",
    message_ts: message.ts,
    channel_id: channel.id,
    is_ephemeral: isEphemeral,
    ...(message.threadTs !== null && { thread_ts: message.threadTs }),
  };
  return {
    container,
    channel: { id: channel.id, name: channel.type === "im" ? "directmessage" : channel.name },
    state,
    response_url,
    ...(!isEphemeral && { message: { ...message.raw } }),
  };
}
