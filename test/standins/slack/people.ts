import type { ButtonAction, types, ViewOutput } from "@slack/bolt";

import { type Ack, type AckBody, NOT_SENT } from "./ack.ts";
import type { Delivery, DeliveryOptions } from "./deliveries.ts";
import { changeEvent } from "./echo.ts";
import { readMessage } from "./file-methods.ts";
import type { Attached } from "./files.ts";
import { type Entries, stateOf } from "./form.ts";
import type { RawMessage, SeenMessage } from "./messages.ts";
import { type ClickPlace, mentionEvent, messageEvent, momentNow } from "./payloads.ts";
import { buttonsOf } from "./reading.ts";
import { asTyped } from "./typing.ts";
import type { SeenView } from "./views.ts";
import type { Workspace } from "./workspace.ts";
import type { Channel, Person } from "./world.ts";

/** What came of something that a person did. */
export interface Done {
  /** Of the first delivery. */
  readonly ack: Ack;
  /** None where the bot is not in the channel. */
  readonly deliveries: readonly Delivery[];
}

/** What came of something that a person wrote. */
export interface Said extends Done {
  readonly message: SeenMessage;
}

/** How a message is written. */
export interface SayOptions extends DeliveryOptions {
  readonly files?: readonly Attached[];
  /** The message at the head of the thread, or its ts. */
  readonly thread?: string | { readonly ts: string };
  /** Sent as it is, not as Slack turns typed text: escaped, with links. */
  readonly verbatim?: boolean;
  /** Written by this bot or webhook (`B…`), not by the person. */
  readonly bot?: string;
  readonly subtype?: string;
  readonly blocks?: readonly types.KnownBlock[];
  readonly attachments?: readonly types.MessageAttachment[];
}

/** How Slack tells of one mention: all of it happens. */
export interface MentionOptions extends SayOptions {
  /** Which event comes first, when both do; `message` unless said. */
  readonly first?: "message" | "app_mention";
  /** Both are sent without waiting for the first one's acknowledgement. */
  readonly together?: boolean;
  /** Which events come, and whether the mention carries the files; all of it unless said. */
  readonly shape?: "mention has files" | "mention lacks files" | "message only" | "mention only";
}

/** What persons do. Persons and channels are given by name or id. */
export interface People {
  slash(
    by: string,
    channel: string,
    text: string,
    options?: DeliveryOptions & { command?: string },
  ): Promise<Done>;
  /** `@vtip text`. */
  mention(by: string, channel: string, text: string, options?: MentionOptions): Promise<Said>;
  message(by: string, channel: string, text: string, options?: SayOptions): Promise<Said>;
  /** A direct message to the bot. */
  direct(by: string, text: string, options?: SayOptions): Promise<Said>;
  edit(by: string, message: SeenMessage, text: string, options?: DeliveryOptions): Promise<Said>;
  /** A message shortcut. */
  shortcut(by: string, message: SeenMessage, callbackId: string, options?: DeliveryOptions): Promise<Done>;
  /** Presses a button of the message or view as it is now, named by its action_id or the beginning of its label (an emoji may stand before it). */
  click(by: string, where: SeenMessage | SeenView, button: string, options?: ClickOptions): Promise<Done>;
  /** Fills in and submits a modal. */
  submit(by: string, view: SeenView, entries?: Entries, options?: DeliveryOptions): Promise<Done>;
  close(by: string, view: SeenView, options?: DeliveryOptions): Promise<Done>;
  openHome(by: string, options?: DeliveryOptions): Promise<Done>;
}

/** A click, with what was entered in the message's own fields before it. */
export interface ClickOptions extends DeliveryOptions {
  readonly entries?: Entries;
}

export function createPeople(workspace: Workspace): People {
  const { world, upstream, messages, files, views, triggers, responseUrls, payloads, deliveries } = workspace;

  async function interact(payload: unknown, options: DeliveryOptions = {}): Promise<Done> {
    const delivery = await deliveries.deliver("interactive", payload, options);
    return { ack: delivery.ack, deliveries: [delivery] };
  }

  async function tell(
    channel: Channel,
    events: readonly unknown[],
    options: DeliveryOptions,
    together = false,
  ): Promise<Done> {
    if (!world.hasBot(channel)) return { ack: NOT_SENT, deliveries: [] };
    const send = (event: unknown) => deliveries.deliver("events_api", payloads.event(event), options);
    const sent = [];
    if (together) sent.push(...(await Promise.all(events.map(send))));
    else for (const event of events) sent.push(await send(event));
    return { ack: sent[0]?.ack ?? NOT_SENT, deliveries: sent };
  }

  async function write(
    by: Person,
    channel: Channel,
    text: string,
    options: SayOptions,
  ): Promise<SeenMessage> {
    const { files: attached = [], thread, bot, subtype, blocks, attachments } = options;
    const thread_ts = typeof thread === "object" ? thread.ts : thread;
    const own = {
      ...(bot !== undefined && { bot_id: bot, subtype: "bot_message" }),
      ...(subtype !== undefined && { subtype }),
    };
    if (attached.length > 0) {
      const ts = await files.share(by.name, channel.id, text, attached, thread_ts);
      return messages.put(channel.id, { ...(await readMessage(workspace, channel.id, ts)), ...own });
    }
    const args = { channel: channel.id, text, thread_ts, blocks, attachments };
    const answer = await upstream.call(by.name, "chat.postMessage", args);
    if (!answer.ok) throw new Error(`${by.name} can't write: ${answer.error}`);
    return messages.put(channel.id, { ...(answer["message"] as RawMessage), ...own });
  }

  async function say(by: string, channel: Channel, text: string, options: SayOptions): Promise<Said> {
    const typed = options.verbatim === true ? text : asTyped(text);
    const message = await write(world.person(by), channel, typed, options);
    const event = messageEvent(message, channel, world.teamId);
    return { ...(await tell(channel, [event], options)), message };
  }

  async function show(by: Person, channel: Channel, body: AckBody | null): Promise<void> {
    if (body !== null) await responseUrls.show({ person: by, channel }, body);
  }

  return {
    async slash(by, channel, text, { command = "/vtip", ...options } = {}) {
      const [person, place] = [world.person(by), world.channel(channel)];
      const keys = {
        trigger_id: triggers.mint(person),
        response_url: responseUrls.mint({ person, channel: place }),
      };
      const payload = payloads.slash(person, place, command, text, keys);
      const delivery = await deliveries.deliver("slash_commands", payload, options);
      await show(person, place, delivery.ack.body);
      return { ack: delivery.ack, deliveries: [delivery] };
    },
    async mention(by, channel, text, options = {}) {
      const { first = "message", shape = "mention has files", together = false, verbatim = false } = options;
      const place = world.channel(channel);
      const typed = `<@${world.app.userId}> ${verbatim ? text : asTyped(text)}`;
      const message = await write(world.person(by), place, typed, options);
      const told = messageEvent(message, place, world.teamId);
      const mentioned = mentionEvent(message, place, world.teamId, shape !== "mention lacks files");
      const both = first === "message" ? [told, mentioned] : [mentioned, told];
      const events = shape === "message only" ? [told] : shape === "mention only" ? [mentioned] : both;
      return { ...(await tell(place, events, options, together)), message };
    },
    message: (by, channel, text, options = {}) => say(by, world.channel(channel), text, options),
    direct: (by, text, options = {}) => say(by, world.directMessages(by), text, options),
    async edit(by, message, text, options = {}) {
      const [channel, before] = [world.channel(message.channel), now(message)];
      const args = { channel: channel.id, ts: message.ts, text: asTyped(text) };
      const answer = await upstream.call(world.person(by).name, "chat.update", args);
      if (!answer.ok) throw new Error(`${by} can't edit: ${answer.error}`);
      const edited = messages.put(channel.id, answer["message"] as RawMessage);
      const [next, previous] = [edited, before].map((one) => messageEvent(one, channel, world.teamId));
      return { ...(await tell(channel, [changeEvent(next, previous, channel)], options)), message: edited };
    },
    async shortcut(by, message, callbackId, options) {
      const [person, channel] = [world.person(by), world.channel(message.channel)];
      const keys = {
        trigger_id: triggers.mint(person),
        response_url: responseUrls.mint({ person, channel }),
      };
      return interact(payloads.shortcut(person, channel, now(message), callbackId, keys), options);
    },
    async click(by, where, button, { entries, ...options } = {}) {
      const person = world.person(by);
      const place = placeOf(person, where, entries);
      const target = "view" in place ? place.view : place.message;
      const channel = "view" in place ? world.directMessages(by) : place.channel;
      const viewId = "view" in place ? place.view.id : undefined;
      const original = "view" in place ? {} : { original: place.message };
      const keys = {
        trigger_id: triggers.mint(person, viewId),
        response_url: responseUrls.mint({ person, channel, ...original }),
      };
      return interact(payloads.click(person, place, actionOf(target.blocks, button), keys), options);
    },
    async submit(by, { id }, entries, options) {
      const person = world.person(by);
      const { view } = openView(person, id);
      const filled = { ...view, state: stateOf(view.blocks as readonly types.KnownBlock[], entries) };
      const done = await interact(payloads.submission(person, filled, triggers.mint(person, id)), options);
      if (done.ack.ok) await follow(person, id, done.ack.body);
      return done;
    },
    async close(by, { id }, options) {
      const { view } = openView(world.person(by), id);
      views.close(id);
      if (!view.notify_on_close) return { ack: NOT_SENT, deliveries: [] };
      return interact(payloads.closing(world.person(by), view), options);
    },
    async openHome(by, options = {}) {
      const channel = world.directMessages(by);
      const view = views.home(world.person(by).id);
      const event = { type: "app_home_opened", user: world.person(by).id, channel: channel.id, tab: "home" };
      const moment = { event_ts: momentNow() };
      return tell(
        channel,
        [{ ...event, ...moment, ...(view !== undefined && { view: view.view }) }],
        options,
      );
    },
  };

  /** The message as it is at this moment, whatever the test still holds. */
  function now({ channel, ts }: SeenMessage): SeenMessage {
    const message = messages.find(channel, ts);
    if (message === undefined) throw new Error(`the message ${ts} is gone`);
    return message;
  }

  function openView(person: Person, id: string): SeenView {
    const view = views.find(id);
    if (view?.isOpen !== true || view.user !== person.id)
      throw new Error(`${person.name} has no view ${id} open`);
    return view;
  }

  function placeOf(person: Person, where: SeenMessage | SeenView, entries: Entries | undefined): ClickPlace {
    if ("view" in where) return { view: openView(person, where.id).view };
    const message = now(where);
    if (message.ephemeralTo !== null && message.ephemeralTo !== person.id) {
      throw new Error(`${person.name} does not see the message ${message.ts}`);
    }
    return { message, channel: world.channel(message.channel), state: stateOf(message.blocks, entries) };
  }

  /** What Slack does with a modal after its submission was acknowledged. */
  async function follow(person: Person, id: string, body: AckBody | null): Promise<void> {
    views.answered(id, body);
    if (body?.response_action === "update") {
      const answer = await upstream.call("bot", "views.update", { view_id: id, view: body.view });
      if (answer.ok) views.updated(answer["view"] as ViewOutput);
    }
    if (body?.response_action === "push") {
      const minted = await upstream.call("admin", "views.generateTriggerId", {
        user_id: person.id,
        view_id: id,
      });
      const answer = await upstream.call("bot", "views.push", {
        trigger_id: minted["trigger_id"],
        view: body.view,
      });
      if (answer.ok) views.opened(person, answer["view"] as ViewOutput);
    }
  }
}

function actionOf(blocks: readonly unknown[], name: string): ButtonAction {
  const buttons = buttonsOf({ blocks });
  const button = buttons.find(
    ({ label, actionId }) => actionId === name || withoutEmoji(label).startsWith(name),
  );
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
