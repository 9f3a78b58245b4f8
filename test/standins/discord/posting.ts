import {
  type APIMessageInteractionMetadata,
  GatewayIntentBits,
  MessageFlags,
  MessageReferenceType,
  MessageType,
} from "discord-api-types/v10";

import type { StoredAttachment, UploadedPart } from "./attachments.ts";
import { withIds } from "./components.ts";
import { toMember } from "./describing.ts";
import { invalid } from "./form-errors.ts";
import { withoutContent } from "./intents.ts";
import { checkBody, checkDraft, type Draft, type MessageBody } from "./message-rules.ts";
import type { SeenMessage, StoredMessage } from "./messages.ts";
import type { Parts } from "./parts.ts";
import { isAnybody, NOBODY, type Ping, pingOf } from "./pings.ts";
import type { Person, Place } from "./world.ts";

/** What is new about a message beside its body. */
interface Circumstances {
  readonly type?: MessageType;
  readonly author?: Person;
  readonly webhookId?: string;
  readonly interaction?: APIMessageInteractionMetadata;
  readonly ephemeralTo?: string | null;
  /** "vtip is thinking…": nothing in it yet. */
  readonly isLoading?: boolean;
  /** Files that a person attached. */
  readonly attachments?: readonly StoredAttachment[];
  /** The message that it answers. */
  readonly answered?: StoredMessage;
}

/** A message that notified somebody. */
interface SentPing extends Ping {
  readonly message: SeenMessage;
}

/** How messages come into being, change and go; the bot hears of it all as its intents allow. */
export interface Posting {
  /** @throws {Refusal} Where the message breaks a rule. */
  create(
    place: Place,
    body: MessageBody,
    files: readonly UploadedPart[],
    more?: Circumstances,
  ): StoredMessage;
  edit(message: StoredMessage, body: MessageBody, files: readonly UploadedPart[]): StoredMessage;
  remove(message: StoredMessage): void;
  /** Tells the bot of a message once more, as if it were new. */
  repeat(message: StoredMessage): void;
  /** Messages of the bot that notified somebody. */
  pings(): readonly SentPing[];
}

/** Flags that a bot may set. */
const SETTABLE =
  MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsComponentsV2;

type Needed = Pick<
  Parts,
  "world" | "gateway" | "nextId" | "settings" | "messages" | "attachments" | "threads"
>;

export function createPosting(parts: Needed): Posting {
  const { world, gateway, nextId, messages, attachments, threads, settings } = parts;
  const pings: SentPing[] = [];

  function tell(name: "MESSAGE_CREATE" | "MESSAGE_UPDATE", message: StoredMessage, place: Place): void {
    if (message.ephemeralTo !== null || !world.botMay(place, "VIEW_CHANNEL")) return;
    const isDirect = place.kind === "direct";
    const guild = isDirect ? null : (place.kind === "thread" ? place.parent : place).guild;
    const raw = {
      ...messages.describe(message),
      channel_type: place.type,
      ...(message.nonce !== undefined && name === "MESSAGE_CREATE" && { nonce: message.nonce }),
      ...(guild !== null && { guild_id: guild.id }),
      ...(guild !== null && message.webhookId === null && { member: toMember(message.author, guild) }),
    };
    const intents = isDirect ? GatewayIntentBits.DirectMessages : GatewayIntentBits.GuildMessages;
    gateway.dispatch({
      name,
      data: raw,
      intents,
      withoutContent: withoutContent(raw, world.bot.id, isDirect),
    });
  }

  /** The message of the same author with the same nonce, where that is to be looked for. */
  function twinOf({ nonce, enforce_nonce }: MessageBody, author: Person): StoredMessage | undefined {
    if (nonce === undefined || enforce_nonce !== true) return undefined;
    return messages
      .all()
      .flatMap(({ id }) => messages.find(id) ?? [])
      .find(
        (one) =>
          one.author.id === author.id &&
          String(one.nonce) === String(nonce) &&
          one.madeAtMs > Date.now() - settings.nonceMs,
      );
  }

  function answeredBy(
    place: Place,
    { message_reference: reference }: MessageBody,
  ): StoredMessage | undefined {
    if (reference?.message_id === undefined) return undefined;
    const answered = messages.find(reference.message_id);
    if (answered?.channel === place.id && answered.ephemeralTo === null) return answered;
    if (reference.fail_if_not_exists === false) return undefined;
    throw invalid(["message_reference"], "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message");
  }

  function note(message: StoredMessage, ping: Ping): void {
    const seen = messages.seen(message.id);
    // Nobody hears of a bot that answers itself.
    const heard = { ...ping, users: ping.users.filter(({ isBot }) => !isBot) };
    const isPing = message.author.id === world.bot.id && message.ephemeralTo === null && isAnybody(heard);
    if (isPing && seen !== undefined) pings.push({ ...heard, message: seen });
  }

  return {
    create(place, body, files, more = {}) {
      const { author = world.bot, ephemeralTo = null, isLoading = false, webhookId } = more;
      checkBody(body);
      const twin = twinOf(body, author);
      if (twin !== undefined) return twin;
      const answered = more.answered ?? answeredBy(place, body);
      const isEphemeral = ephemeralTo !== null;
      const stored =
        more.attachments ??
        attachments.merge(place.id, [], body.attachments ?? undefined, files, isEphemeral);
      const draft = draftOf(body, stored);
      if (!isLoading) checkDraft(draft);
      const ping = isLoading ? NOBODY : pingOf(draft, body.allowed_mentions, answered?.author ?? null, world);
      const added = (isEphemeral ? MessageFlags.Ephemeral : 0) | (isLoading ? MessageFlags.Loading : 0);
      threads.wake(place);
      const message: StoredMessage = {
        id: nextId(),
        channel: place.id,
        type: more.type ?? (answered === undefined ? MessageType.Default : MessageType.Reply),
        author,
        content: draft.content,
        components: withIds(draft.components),
        embeds: draft.embeds,
        attachments: stored,
        flags: (draft.flags & SETTABLE) | added,
        reference: answered === undefined ? null : referenceTo(answered, place),
        mentions: ping.users,
        mentionRoles: ping.roles,
        mentionEveryone: ping.everyone,
        webhookId: webhookId ?? null,
        interaction: more.interaction ?? null,
        ephemeralTo,
        editedAtMs: null,
        nonce: body.nonce,
        madeAtMs: Date.now(),
      };
      if (place.kind === "thread") place.messages += 1;
      messages.put(message);
      note(message, ping);
      tell("MESSAGE_CREATE", message, place);
      return message;
    },
    edit(message, body, files) {
      checkBody(body);
      const isLoading = (message.flags & MessageFlags.Loading) !== 0;
      const flags = flagsAfter(message.flags, body.flags);
      const isEphemeral = message.ephemeralTo !== null;
      const stored = attachments.merge(
        message.channel,
        message.attachments,
        body.attachments ?? undefined,
        files,
        isEphemeral,
      );
      const { content, components, embeds } = message;
      const draft = {
        ...draftOf({ content, components, embeds, ...withoutGaps(body) }, stored),
        flags,
      };
      checkDraft(draft);
      const answered = message.reference?.message_id;
      const ping = pingOf(draft, body.allowed_mentions, null, world);
      const kept = answered === undefined ? [] : message.mentions;
      const edited: StoredMessage = {
        ...message,
        content: draft.content,
        components: withIds(draft.components),
        embeds: draft.embeds,
        attachments: stored,
        flags: flags & ~MessageFlags.Loading,
        mentions: [...new Set([...kept, ...ping.users])],
        mentionRoles: ping.roles,
        editedAtMs: isLoading ? null : Date.now(),
      };
      messages.put(edited);
      // Counted to be on the safe side: other edits notify nobody for sure.
      if (isLoading) note(edited, ping);
      const place = world.findPlace(message.channel);
      if (place !== undefined) tell("MESSAGE_UPDATE", edited, place);
      return edited;
    },
    remove(message) {
      messages.remove(message.id);
      const place = world.findPlace(message.channel);
      if (place === undefined || message.ephemeralTo !== null || !world.botMay(place, "VIEW_CHANNEL")) return;
      const isDirect = place.kind === "direct";
      const guild = isDirect ? {} : { guild_id: (place.kind === "thread" ? place.parent : place).guild.id };
      const intents = isDirect ? GatewayIntentBits.DirectMessages : GatewayIntentBits.GuildMessages;
      gateway.dispatch({
        name: "MESSAGE_DELETE",
        data: { id: message.id, channel_id: message.channel, ...guild },
        intents,
      });
    },
    repeat(message) {
      const place = world.findPlace(message.channel);
      if (place !== undefined) tell("MESSAGE_CREATE", message, place);
    },
    pings: () => pings,
  };
}

function draftOf(body: MessageBody, files: readonly StoredAttachment[]): Draft {
  return {
    content: body.content ?? "",
    embeds: body.embeds ?? [],
    components: body.components ?? [],
    flags: body.flags ?? 0,
    files: files.map(({ name }) => name),
  };
}

/** What an edit names: null empties, what is left out stays. */
function withoutGaps(body: MessageBody): MessageBody {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

/** Components v2 stay so; beside them an edit sets or clears what may be set, no more. */
function flagsAfter(before: number, asked: number | null | undefined): number {
  if (asked === null || asked === undefined) return before;
  const isV2 = (before & MessageFlags.IsComponentsV2) !== 0;
  if (isV2 && (asked & MessageFlags.IsComponentsV2) === 0)
    throw invalid(
      ["flags"],
      "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG",
      "The flag IS_COMPONENTS_V2 cannot be removed",
    );
  return (before & ~SETTABLE) | (asked & SETTABLE);
}

function referenceTo(answered: StoredMessage, place: Place) {
  const guild =
    place.kind === "direct" ? {} : { guild_id: (place.kind === "thread" ? place.parent : place).guild.id };
  return {
    type: MessageReferenceType.Default,
    channel_id: answered.channel,
    message_id: answered.id,
    ...guild,
  };
}
