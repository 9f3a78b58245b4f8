import type { types, ViewOutput } from "@slack/bolt";

import { actionOf } from "./button-action.ts";
import { type Done, NOT_SENT } from "./deeds.ts";
import type { DeliveryOptions } from "./deliveries.ts";
import { momentNow } from "./events.ts";
import { type Entries, stateOf } from "./form.ts";
import type { SeenMessage } from "./messages.ts";
import type { ClickPlace } from "./payloads.ts";
import { follow } from "./submission.ts";
import type { SeenView } from "./views.ts";
import type { Workspace } from "./workspace.ts";
import type { Person } from "./world.ts";

/** A click, with what was entered in the fields beside the button before it. */
interface ClickOptions extends DeliveryOptions {
  readonly entries?: Entries;
}

/** What persons do with commands, buttons and forms. Persons and channels are given by name or id. */
export interface Pressing {
  slash(
    by: string,
    channel: string,
    text: string,
    options?: DeliveryOptions & { command?: string },
  ): Promise<Done>;
  /** A message shortcut. */
  shortcut(by: string, message: SeenMessage, callbackId: string, options?: DeliveryOptions): Promise<Done>;
  /** Presses a button of the message or view as it is now: by its action_id or the beginning of its label, an emoji apart. */
  click(by: string, where: SeenMessage | SeenView, button: string, options?: ClickOptions): Promise<Done>;
  /** Fills in and submits a modal. */
  submit(by: string, view: SeenView, entries?: Entries, options?: DeliveryOptions): Promise<Done>;
  /** Closes a modal; the bot hears of it where it asked to. */
  close(by: string, view: SeenView, options?: DeliveryOptions): Promise<Done>;
  openHome(by: string, options?: DeliveryOptions): Promise<Done>;
}

export function createPressing(workspace: Workspace): Pressing {
  const { world, messages, views, triggers, responseUrls, payloads, deliveries } = workspace;

  async function send(
    type: "slash_commands" | "interactive" | "events_api",
    payload: unknown,
    options?: DeliveryOptions,
  ) {
    const delivery = await deliveries.deliver(type, payload, options);
    return { ack: delivery.ack, deliveries: [delivery] };
  }

  /** The message as it is at this moment, whatever the test still holds. */
  function now({ channel, ts }: SeenMessage, person: Person): SeenMessage {
    const message = messages.find(channel, ts);
    if (message === undefined) throw new Error(`the message ${ts} is gone`);
    if (message.ephemeralTo === null || message.ephemeralTo === person.id) return message;
    throw new Error(`${person.name} does not see the message ${ts}`);
  }

  function openView(person: Person, { id }: SeenView): SeenView {
    const view = views.find(id);
    if (view?.isOpen !== true || view.user !== person.id)
      throw new Error(`${person.name} has no view ${id} open`);
    return view;
  }

  function placeOf(person: Person, where: SeenMessage | SeenView, entries: Entries | undefined): ClickPlace {
    if ("view" in where) return { view: withState(openView(person, where).view, entries, false) };
    const message = now(where, person);
    return {
      message,
      channel: world.channel(message.channel),
      state: stateOf(message.blocks, entries, false),
    };
  }

  return {
    async slash(by, channel, text, { command = "/vtip", ...options } = {}) {
      const place = { person: world.person(by), channel: world.channel(channel) };
      const keys = { trigger_id: triggers.mint(place.person), response_url: responseUrls.mint(place) };
      const payload = payloads.slash(place.person, place.channel, command, text, keys);
      const done = await send("slash_commands", payload, options);
      if (done.ack.body === null) return done;
      const shown = await responseUrls.show(place, done.ack.body);
      if (!shown.ok) throw new Error(`Slack does not show this acknowledgement: ${JSON.stringify(shown)}`);
      return done;
    },
    async shortcut(by, message, callbackId, options) {
      const place = { person: world.person(by), channel: world.channel(message.channel) };
      const keys = { trigger_id: triggers.mint(place.person), response_url: responseUrls.mint(place) };
      const current = now(message, place.person);
      return send(
        "interactive",
        payloads.shortcut(place.person, place.channel, current, callbackId, keys),
        options,
      );
    },
    async click(by, where, button, { entries, ...options } = {}) {
      const person = world.person(by);
      const place = placeOf(person, where, entries);
      const [viewId, blocks] =
        "view" in place ? [place.view.id, place.view.blocks] : [undefined, place.message.blocks];
      const answered =
        "view" in place
          ? { person, channel: world.directMessages(by) }
          : { person, channel: place.channel, original: place.message };
      const keys = { trigger_id: triggers.mint(person, viewId), response_url: responseUrls.mint(answered) };
      return send("interactive", payloads.click(person, place, actionOf(blocks, button), keys), options);
    },
    async submit(by, view, entries, options) {
      const person = world.person(by);
      const filled = withState(openView(person, view).view, entries, true);
      const done = await send(
        "interactive",
        payloads.submission(person, filled, triggers.mint(person, view.id)),
        options,
      );
      if (done.ack.ok) await follow(workspace, person, view.id, done.ack.body);
      return done;
    },
    async close(by, view, options) {
      const person = world.person(by);
      const closed = openView(person, view).view;
      views.close(view.id);
      return closed.notify_on_close
        ? send("interactive", payloads.closing(person, closed), options)
        : NOT_SENT;
    },
    async openHome(by, options = {}) {
      const { id } = world.person(by);
      const view = views.home(id)?.view;
      const event = {
        type: "app_home_opened",
        user: id,
        channel: world.dm(by),
        tab: "home",
        event_ts: momentNow(),
      };
      return send("events_api", payloads.event({ ...event, ...(view !== undefined && { view }) }), options);
    },
  };
}

function withState(view: ViewOutput, entries: Entries | undefined, complete: boolean): ViewOutput {
  return { ...view, state: stateOf(view.blocks as readonly types.KnownBlock[], entries, complete) };
}
