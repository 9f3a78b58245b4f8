import {
  type APIInteraction,
  InteractionContextType,
  InteractionResponseType as Answer,
  InteractionType,
  Locale,
} from "discord-api-types/v10";

import { toChannel, toMember, toUser } from "./describing.ts";
import type { StoredMessage } from "./messages.ts";
import type { Parts } from "./parts.ts";
import { EVERYTHING_GRANTED } from "./permissions.ts";
import type { Person, Place } from "./world.ts";

/** What a person did that the bot is to answer. */
export interface Deed {
  readonly type:
    | InteractionType.ApplicationCommand
    | InteractionType.MessageComponent
    | InteractionType.ModalSubmit;
  readonly person: Person;
  readonly place: Place;
  readonly data: Readonly<Record<string, unknown>>;
  /** The message whose component was used, or whose component opened the modal. */
  readonly message?: StoredMessage;
}

type Needed = Pick<Parts, "world" | "settings" | "messages">;

/** An interaction as the gateway gives it. */
export function toPayload(parts: Needed, deed: Deed, id: string, token: string): APIInteraction {
  const { world, settings, messages } = parts;
  const { type, person, place, data, message } = deed;
  const isDirect = place.kind === "direct";
  const guild = isDirect ? null : (place.kind === "thread" ? place.parent : place).guild;
  const permissions = String(EVERYTHING_GRANTED);
  const user = toUser(person);
  const raw = {
    id,
    application_id: world.applicationId,
    type,
    token,
    version: 1,
    data,
    channel_id: place.id,
    channel: { ...toChannel(place, world), permissions },
    app_permissions: String(world.botPermissions(place)),
    locale: Locale.EnglishUS,
    entitlements: [],
    authorizing_integration_owners: ownersOf(place),
    context: isDirect ? InteractionContextType.BotDM : InteractionContextType.Guild,
    attachment_size_limit: settings.attachmentSizeLimit,
    ...(message !== undefined && { message: messages.describe(messages.find(message.id) ?? message) }),
    ...(guild === null
      ? { user }
      : {
          guild_id: guild.id,
          guild: { id: guild.id, locale: Locale.EnglishUS, features: [] },
          guild_locale: Locale.EnglishUS,
          member: { ...toMember(person, guild), user, permissions },
        }),
  };
  return raw as unknown as APIInteraction;
}

/** Where the application was installed from. */
export function ownersOf(place: Place): Readonly<Record<string, string>> {
  return { 0: place.kind === "direct" ? "0" : (place.kind === "thread" ? place.parent : place).guild.id };
}

/** The types of answers that an interaction may get (interactions/receiving-and-responding#interaction-callback-type). */
export function answersTo({ type, message }: Deed): readonly Answer[] {
  const texts = [Answer.ChannelMessageWithSource, Answer.DeferredChannelMessageWithSource];
  const updates = [Answer.DeferredMessageUpdate, Answer.UpdateMessage];
  switch (type) {
    case InteractionType.ApplicationCommand:
      return [...texts, Answer.Modal];
    case InteractionType.MessageComponent:
      return [...texts, ...updates, Answer.Modal];
    case InteractionType.ModalSubmit:
      return message === undefined ? texts : [...texts, ...updates];
  }
}
