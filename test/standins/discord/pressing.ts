import {
  type APIApplicationCommand,
  type APIApplicationCommandOption,
  ApplicationCommandOptionType as OptionType,
  ApplicationCommandType as CommandType,
  ComponentType,
  InteractionType,
} from "discord-api-types/v10";

import type { Attached } from "./attachments.ts";
import { nodesOf } from "./components.ts";
import { chosen, type Entries, filled } from "./form.ts";
import type { Ack, Interaction } from "./interactions.ts";
import type { SeenMessage, StoredMessage } from "./messages.ts";
import type { SeenModal } from "./modals.ts";
import type { Parts } from "./parts.ts";
import { buttonsOf, menusOf } from "./reading.ts";
import type { Person, Place } from "./world.ts";

/** What came of something that a person did. */
export interface Done {
  readonly ack: Ack;
  readonly interaction: Interaction;
}

/** The options of a command, by name. */
type CommandEntries = Readonly<Record<string, string | number | boolean | Attached | undefined>>;

/** What persons do with commands, buttons, menus and modals. Each resolves when the bot has answered, or its time is over. */
export interface Pressing {
  /** A slash command, in a channel, a thread or `dm(by)`. @throws {Error} Where Discord would not offer it or let it pass. */
  slash(by: string, channel: string, name: string, options?: CommandEntries): Promise<Done>;
  /** A message command. */
  shortcut(by: string, message: SeenMessage, name: string): Promise<Done>;
  /** Presses a button of the message as it is now: by its custom_id or the beginning of its label, an emoji apart. */
  click(by: string, message: SeenMessage, button: string): Promise<Done>;
  /** Ticks these in a menu of the message as it is now, and no others: by its custom_id, its place, or the beginning of its placeholder. */
  pick(by: string, message: SeenMessage, menu: string | number, values: readonly string[]): Promise<Done>;
  /** Fills in and submits a modal; what is not named stays as it stands there. */
  submit(by: string, modal: SeenModal, entries?: Entries): Promise<Done>;
  /** Closes a modal; the bot does not hear of it. */
  close(by: string, modal: SeenModal): void;
}

export function createPressing(parts: Parts): Pressing {
  const { world, messages, commands, attachments, interactions, modals } = parts;

  /** The message as it is at this moment, whatever the test still holds. */
  function now({ id }: SeenMessage, person: Person): StoredMessage {
    const message = messages.find(id);
    if (message === undefined) throw new Error(`the message ${id} is gone`);
    if (message.ephemeralTo === null || message.ephemeralTo === person.id) return message;
    throw new Error(`${person.name} does not see the message ${id}`);
  }

  function command(place: Place, name: string, type: CommandType): APIApplicationCommand {
    const found = commands.find(place, name, type);
    if (found !== undefined) return found;
    const all = [null, ...world.guilds.map(({ id }) => id)].flatMap((guild) => commands.all(guild));
    throw new Error(
      `there is no command ${name} here, only ${all.map((one) => one.name).join(", ") || "none at all"}`,
    );
  }

  function openModal(person: Person, { id }: SeenModal): SeenModal {
    const modal = modals.find(id);
    if (modal?.isOpen !== true || modal.user !== person.id)
      throw new Error(`${person.name} has no modal ${id} open`);
    return modal;
  }

  function press(
    person: Person,
    message: StoredMessage,
    data: Readonly<Record<string, unknown>>,
  ): Promise<Done> {
    const place = world.place(message.channel);
    return interactions.begin({ type: InteractionType.MessageComponent, person, place, message, data });
  }

  return {
    async slash(by, channel, name, options = {}) {
      const person = world.person(by);
      const place = world.place(channel);
      const { id, guild_id, options: known = [] } = command(place, name, CommandType.ChatInput);
      checkNames(name, known, options);
      const given = known.flatMap((option) => {
        const value = options[option.name];
        return value === undefined ? [] : [{ option, value }];
      });
      const files: Record<string, unknown> = {};
      const sent = given.map(({ option, value }) => {
        if (option.type !== OptionType.Attachment)
          return { name: option.name, type: option.type, value: typed(option, value) };
        const [file] = attachments.attach(place.id, [value as Attached], true);
        if (file === undefined) throw new Error("nothing was attached");
        files[file.id] = attachments.describe(file);
        return { name: option.name, type: option.type, value: file.id };
      });
      const data = {
        id,
        name,
        type: CommandType.ChatInput,
        ...(guild_id !== undefined && { guild_id }),
        ...(sent.length > 0 && { options: sent }),
        ...(Object.keys(files).length > 0 && { resolved: { attachments: files } }),
      };
      return interactions.begin({ type: InteractionType.ApplicationCommand, person, place, data });
    },
    async shortcut(by, message, name) {
      const person = world.person(by);
      const target = now(message, person);
      const place = world.place(target.channel);
      const { id, guild_id } = command(place, name, CommandType.Message);
      const data = {
        id,
        name,
        type: CommandType.Message,
        target_id: target.id,
        ...(guild_id !== undefined && { guild_id }),
        resolved: { messages: { [target.id]: messages.describe(target) } },
      };
      return interactions.begin({ type: InteractionType.ApplicationCommand, person, place, data });
    },
    async click(by, where, name) {
      const person = world.person(by);
      const message = now(where, person);
      const buttons = buttonsOf({ components: message.components });
      const button =
        buttons.find(({ customId }) => customId === name) ??
        buttons.find(({ label }) => withoutEmoji(label).startsWith(name));
      if (button === undefined)
        throw new Error(
          `there is no button ${name}, only ${buttons.map(({ label }) => label).join(", ") || "none at all"}`,
        );
      if (button.disabled || button.customId === undefined)
        throw new Error(`the button ${name} cannot be pressed`);
      const { id, customId } = button;
      return press(person, message, { component_type: ComponentType.Button, custom_id: customId, id });
    },
    async pick(by, where, name, wanted) {
      const person = world.person(by);
      const message = now(where, person);
      const menus = menusOf({ components: message.components });
      const menu =
        typeof name === "number"
          ? menus[name]
          : (menus.find(({ customId }) => customId === name) ??
            menus.find(({ placeholder }) => placeholder.startsWith(name)));
      const node = message.components.flatMap(nodesOf).find(({ custom_id }) => custom_id === menu?.customId);
      if (menu === undefined || node === undefined)
        throw new Error(
          `there is no menu ${name}, only ${menus.map(({ customId }) => customId).join(", ") || "none at all"}`,
        );
      if (menu.disabled) throw new Error(`the menu ${name} cannot be opened`);
      const { id, customId } = menu;
      const values = chosen(node, wanted);
      return press(person, message, {
        component_type: ComponentType.StringSelect,
        custom_id: customId,
        id,
        values,
      });
    },
    async submit(by, modal, entries = {}) {
      const person = world.person(by);
      const { id, customId, components, place, message } = openModal(person, modal);
      const data = { custom_id: customId, components: filled(components, entries) };
      const source = message === null ? undefined : messages.find(message);
      const done = await interactions.begin({
        type: InteractionType.ModalSubmit,
        person,
        place,
        data,
        ...(source !== undefined && { message: source }),
      });
      // What is not answered stays open, with "Something went wrong".
      if (done.ack.ok) modals.close(id);
      return done;
    },
    close(by, modal) {
      modals.close(openModal(world.person(by), modal).id);
    },
  };
}

function checkNames(
  name: string,
  known: readonly APIApplicationCommandOption[],
  given: CommandEntries,
): void {
  for (const key of Object.keys(given)) {
    if (given[key] !== undefined && !known.some((option) => option.name === key))
      throw new Error(`/${name} has no option ${key}, only ${known.map((option) => option.name).join(", ")}`);
  }
  const missing = known.find((option) => option.required === true && given[option.name] === undefined);
  if (missing !== undefined) throw new Error(`/${name} needs its option ${missing.name}`);
}

/** A value as Discord's client lets it pass: what is pasted into it has no lines. */
function typed(option: APIApplicationCommandOption, value: CommandEntries[string]): unknown {
  if (option.type !== OptionType.String) return value;
  const text = (value as string).replaceAll(/\s*\n\s*/g, " ");
  const { min_length: min = 0, max_length: max = 6000, name } = option;
  if (text.length < min || text.length > max)
    throw new Error(`the option ${name} takes ${min} to ${max} characters, not ${text.length}`);
  const choices = "choices" in option ? (option.choices ?? []) : [];
  if (choices.length > 0 && !choices.some((choice) => choice.value === text))
    throw new Error(`the option ${name} has no choice ${text}`);
  return text;
}

function withoutEmoji(label: string): string {
  return label.replace(/^(?::[\w+-]+:|[^\p{L}\p{N}])+/u, "");
}
