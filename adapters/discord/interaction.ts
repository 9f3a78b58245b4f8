import type { Incoming, User } from "../../src/contract.ts";
import type { Arrived, Token } from "./arrived.ts";
import { isThreadType, type Channels } from "./channels.ts";
import { CHECK_MESSAGE, toRequestText } from "./commands.ts";
import { findCarrier, toFields } from "./form-answer.ts";
import { type Filling, toCarrier, toStep } from "./form-draft.ts";
import { isWrittenByBot } from "./message-event.ts";
import {
  type CommandFields,
  type ComponentFields,
  type InteractionFields,
  MessageFields,
  type ModalFields,
} from "./payload.ts";
import type { Hanging, Place } from "./place.ts";
import { toBotText, toPersonText } from "./said.ts";
import { toUpload, toUploads } from "./uploads.ts";

const CHAT_INPUT = 1;
const MESSAGE = 3;
const BUTTON = 2;
const EPHEMERAL = 64;

/** Reads a command, a press or a sent form; null for what is none of the core's. */
export function fromInteraction(interaction: InteractionFields, channels: Channels): Arrived | null {
  const isThread = isInThread(interaction, channels);
  switch (interaction.type) {
    case 2:
      return interaction.data.type === CHAT_INPUT
        ? fromCommand(interaction, isThread)
        : fromPicked(interaction, isThread);
    case 3:
      return interaction.data.component_type === BUTTON ? fromPress(interaction, isThread) : null;
    case 5:
      return fromModal(interaction, isThread);
  }
}

function isInThread({ channel, channel_id }: InteractionFields, channels: Channels): boolean {
  return channel ? isThreadType(channel.type) : (channels.known(channel_id ?? "")?.isThread ?? false);
}

function fromCommand(interaction: CommandFields, isThread: boolean): Arrived | null {
  const { name, options, resolved } = interaction.data;
  const given = new Map((options ?? []).map((option) => [option.name, String(option.value)]));
  const text = toRequestText(name, given);
  if (text === null) return null;
  const file = ownOf(resolved?.attachments, given.get("file"));
  const files = file === undefined ? [] : [toUpload(file, null)];
  return toArrived(interaction, { kind: "command", text, files }, toHanging(isThread, null));
}

/** An id is a text from outside: what every object has under such a name, `constructor`, is no answer. */
function ownOf<Value>(
  values: Readonly<Record<string, Value>> | null | undefined,
  id: string | null | undefined,
): Value | undefined {
  return values && id && Object.hasOwn(values, id) ? values[id] : undefined;
}

function fromPicked(interaction: CommandFields, isThread: boolean): Arrived | null {
  const { name, type, target_id, resolved } = interaction.data;
  if (type !== MESSAGE || name !== CHECK_MESSAGE) return null;
  const parsed = MessageFields.safeParse(ownOf(resolved?.messages, target_id));
  if (!parsed.success) return null;
  const message = parsed.data;
  const text = isWrittenByBot(message) ? toBotText(message) : toPersonText(message);
  const said = { kind: "message", addressed: "shortcut", text, files: toUploads(message) } as const;
  return toArrived(interaction, said, toHanging(isThread, message.id));
}

function fromPress(interaction: ComponentFields, isThread: boolean): Arrived | null {
  const { data, message } = interaction;
  const hanging = toHanging(isThread, null);
  const step = toStep(data.custom_id);
  if (step === null) {
    return toArrived(interaction, { kind: "action", action: data.custom_id, values: {} }, hanging);
  }
  const carrier = findCarrier(message.components);
  if (carrier === null) return null;
  const { action, draft } = carrier;
  return toArrived(interaction, { kind: "action", action, values: {} }, hanging, { draft, step });
}

/** What menus were filled in with it is not said yet: it asks for the form once more, which knows what the ticks mean. */
function fromModal(interaction: ModalFields, isThread: boolean): Arrived | null {
  const { custom_id, components } = interaction.data;
  const hanging = toHanging(isThread, null);
  const values = toFields(components);
  const carrier = toCarrier(custom_id);
  if (carrier === null) {
    return toArrived(interaction, { kind: "action", action: custom_id, values }, hanging);
  }
  const { action, draft } = carrier;
  const filling: Filling = { draft, step: { kind: "sent", values } };
  return toArrived(interaction, { kind: "action", action, values: {} }, hanging, filling);
}

function toHanging(isThread: boolean, message: string | null): Hanging {
  const isPicked = message !== null;
  if (isThread) return { kind: "thread", message, isPicked };
  return message === null ? { kind: "top" } : { kind: "under", message, isPicked: true };
}

type Said =
  | Pick<Extract<Incoming, { readonly kind: "command" }>, "kind" | "text" | "files">
  | Pick<Extract<Incoming, { readonly kind: "message" }>, "kind" | "addressed" | "text" | "files">
  | Pick<Extract<Incoming, { readonly kind: "action" }>, "kind" | "action" | "values">;

function toArrived(
  interaction: InteractionFields,
  said: Said,
  hanging: Hanging,
  filling: Filling | null = null,
): Arrived | null {
  const user = toUser(interaction);
  const channel = interaction.channel_id ?? interaction.channel?.id;
  if (user.id === "" || !channel) return null;
  const place: Place = { guild: interaction.guild_id ?? null, channel, hanging, user: user.id };
  const who: User = { id: `discord:${user.id}`, name: user.name };
  const about = { delivery: `discord:i:${interaction.id}`, conversation: "", user: who };
  const token = toToken(interaction, said.kind === "action" ? said.action : "", filling);
  return { incoming: { ...about, ...said }, place, token };
}

function toUser({ member, user }: InteractionFields): User {
  const { id = "", username = "" } = member?.user ?? user ?? {};
  return { id, name: username || id };
}

/** What is needed to answer an interaction of any kind. */
export function toToken(interaction: InteractionFields, action = "", filling: Filling | null = null): Token {
  const message = interaction.type === 2 ? null : interaction.message;
  return {
    interaction: interaction.id,
    application: interaction.application_id,
    token: interaction.token,
    kind: interaction.type === 2 ? "command" : interaction.type === 3 ? "press" : "form",
    // Menus are a private note, even where they had to be sent as a direct message.
    isNote: filling !== null || ((message?.flags ?? 0) & EPHEMERAL) !== 0,
    action,
    filling,
    mostFileBytes: interaction.attachment_size_limit ?? null,
  };
}
