import { randomBytes } from "node:crypto";

import {
  type APIInteraction,
  type APIMessageInteractionMetadata,
  InteractionResponseType as Answer,
  InteractionType,
  MessageFlags,
  MessageType,
} from "discord-api-types/v10";

import type { UploadedPart } from "./attachments.ts";
import { checkModal } from "./component-rules.ts";
import { withIds } from "./components.ts";
import { answersTo, type Deed, ownersOf, toPayload } from "./deed.ts";
import { toUser } from "./describing.ts";
import { createFormErrors, invalid } from "./form-errors.ts";
import type { MessageBody } from "./message-rules.ts";
import type { StoredMessage } from "./messages.ts";
import type { Parts } from "./parts.ts";
import { refusal } from "./refusal.ts";
import type { Place } from "./world.ts";

/** How the bot took an interaction. */
export interface Ack {
  /** Answered in time. */
  readonly ok: boolean;
  /** From sending to the answer, or to giving up. */
  readonly ms: number;
  readonly type: Answer | null;
  /** Why it is not `ok`. */
  readonly problem: "timeout" | null;
}

/** An interaction, from the moment at which it was sent. */
export interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly deed: Deed;
  readonly atMs: number;
  readonly raw: APIInteraction;
  /** Null while nothing has come; then it stays as it is. */
  readonly ack: Ack | null;
  /** The id of the message that `@original` is. */
  readonly original: string | null;
}

interface Pending extends Interaction {
  ack: Ack | null;
  original: string | null;
  expired: boolean;
  readonly followUps: Set<string>;
  settle(ack: Ack): void;
}

/** The body of a callback. */
export interface CallbackBody {
  readonly type: Answer;
  readonly data?: MessageBody & Readonly<Record<string, unknown>>;
}

export interface Interactions {
  /** Sends it to the bot; resolves when the bot has answered it, or when its time is over. */
  begin(deed: Deed): Promise<{ readonly interaction: Interaction; readonly ack: Ack }>;
  /** Sends the same once more. */
  repeat(interaction: Interaction): void;
  /** What a callback does. @throws {Refusal} 10062, 40060, 50035. */
  answer(id: string, token: string, body: CallbackBody, files: readonly UploadedPart[]): Interaction;
  /** A message of the interaction; `@original` is its answer. @throws {Refusal} 10015, 50027, 10008. */
  message(applicationId: string, token: string, id: string): StoredMessage;
  /** @throws {Refusal} 10015, 50027. */
  followUp(
    applicationId: string,
    token: string,
    body: MessageBody,
    files: readonly UploadedPart[],
  ): StoredMessage;
  /** All tokens that were given out so far are refused from now on. */
  expireTokens(): void;
  all(): readonly Interaction[];
  stop(): void;
}

type Needed = Pick<Parts, "world" | "gateway" | "nextId" | "settings" | "messages" | "posting" | "modals">;

export function createInteractions(parts: Needed, changed: () => void): Interactions {
  const { world, gateway, nextId, settings, messages, posting, modals } = parts;
  const all = new Map<string, Pending>();
  const timers = new Set<NodeJS.Timeout>();

  function hook(applicationId: string, token: string): Pending {
    if (applicationId !== world.applicationId) throw refusal(10_015);
    const interaction = [...all.values()].find((one) => one.token === token);
    if (interaction === undefined) throw refusal(50_027);
    if (interaction.expired || Date.now() - interaction.atMs > settings.tokenMs) throw refusal(50_027);
    if (interaction.ack?.ok !== true) throw refusal(10_015);
    return interaction;
  }

  /** Writes the answer, or "is thinking…" in its place; gives its id. */
  function write(
    interaction: Pending,
    isLoading: boolean,
    { data = {} }: CallbackBody,
    files: readonly UploadedPart[],
  ) {
    const { place, person } = interaction.deed;
    unlocked(place);
    const isEphemeral = ((data.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
    const more = { ...answerOf(interaction), ephemeralTo: isEphemeral ? person.id : null, isLoading };
    return posting.create(place, isLoading ? {} : data, files, more).id;
  }

  function update({ deed }: Pending, { data = {} }: CallbackBody, files: readonly UploadedPart[]): string {
    const message = messages.find(deed.message?.id ?? "");
    if (message === undefined) throw refusal(10_008);
    return posting.edit(awake(message), data, files).id;
  }

  function openModal({ id, deed }: Pending, { data = {} }: CallbackBody): void {
    const errors = createFormErrors();
    checkModal(data, errors);
    errors.throwIfAny();
    modals.open({
      id,
      user: deed.person.id,
      title: data["title"] as string,
      customId: data["custom_id"] as string,
      components: withIds(data.components ?? []),
      place: deed.place,
      message: deed.message?.id ?? null,
    });
  }

  /** Gives the id of the message that is `@original` then. */
  function carryOut(interaction: Pending, body: CallbackBody, files: readonly UploadedPart[]): string | null {
    const { type } = body;
    if (type === Answer.DeferredMessageUpdate) return interaction.deed.message?.id ?? null;
    if (type === Answer.UpdateMessage) return update(interaction, body, files);
    if (type !== Answer.Modal)
      return write(interaction, type === Answer.DeferredChannelMessageWithSource, body, files);
    openModal(interaction, body);
    return null;
  }

  /** What a message has in common that answers an interaction. */
  function answerOf({ id, deed }: Interaction) {
    const isCommand = deed.type === InteractionType.ApplicationCommand;
    const type = deed.data["type"] === 1 ? MessageType.ChatInputCommand : MessageType.ContextMenuCommand;
    const interaction = {
      id,
      type: deed.type,
      user: toUser(deed.person),
      authorizing_integration_owners: ownersOf(deed.place),
    } as APIMessageInteractionMetadata;
    return {
      webhookId: world.applicationId,
      interaction,
      ...(isCommand && { type }),
      ...(deed.message !== undefined && { answered: deed.message }),
    };
  }

  /** In a locked thread an answer fails as in an archived one (discord/discord-api-docs#5517, #6884). */
  function unlocked(place: Place): void {
    if (place.kind === "thread" && place.locked && !world.botMay(place, "MANAGE_THREADS"))
      throw refusal(50_083);
  }

  function awake(message: StoredMessage): StoredMessage {
    const place = world.findPlace(message.channel);
    if (place?.kind === "thread" && place.archived) throw refusal(50_083);
    return message;
  }

  return {
    begin(deed) {
      const id = nextId();
      const token = randomBytes(24).toString("base64url");
      return new Promise((resolve) => {
        const start = performance.now();
        const settle = (ack: Ack) => {
          clearTimeout(clock);
          timers.delete(clock);
          pending.ack = ack;
          resolve({ interaction: pending, ack });
          changed();
        };
        const missed = () =>
          settle({ ok: false, ms: performance.now() - start, type: null, problem: "timeout" });
        const clock = setTimeout(missed, settings.ackMs);
        timers.add(clock);
        const raw = toPayload(parts, deed, id, token);
        const pending: Pending = {
          id,
          token,
          deed,
          atMs: Date.now(),
          raw,
          ack: null,
          original: null,
          expired: false,
          followUps: new Set(),
          settle: (ack) => settle({ ...ack, ms: performance.now() - start }),
        };
        all.set(id, pending);
        gateway.dispatch({ name: "INTERACTION_CREATE", data: raw, intents: 0 });
      });
    },
    repeat({ raw }) {
      gateway.dispatch({ name: "INTERACTION_CREATE", data: raw, intents: 0 });
    },
    answer(id, token, body, files) {
      const interaction = all.get(id);
      if (interaction === undefined || interaction.token !== token) throw refusal(10_062);
      if (interaction.ack?.ok === true) throw refusal(40_060);
      if (interaction.ack !== null) throw refusal(10_062);
      if (!answersTo(interaction.deed).includes(body.type))
        throw invalid(
          ["type"],
          "INTERACTION_CALLBACK_TYPE_INVALID",
          `${body.type} is no answer to this interaction.`,
        );
      interaction.original = carryOut(interaction, body, files);
      interaction.settle({ ok: true, ms: 0, type: body.type, problem: null });
      return interaction;
    },
    message(applicationId, token, id) {
      const { original, followUps } = hook(applicationId, token);
      const wanted = id === "@original" ? original : id;
      const isOwn = wanted !== null && (wanted === original || followUps.has(wanted));
      const message = isOwn ? messages.find(wanted) : undefined;
      if (message === undefined) throw refusal(10_008);
      return message;
    },
    followUp(applicationId, token, body, files) {
      const interaction = hook(applicationId, token);
      unlocked(interaction.deed.place);
      const original = messages.find(interaction.original ?? "");
      const isDeferred = interaction.ack?.type === Answer.DeferredChannelMessageWithSource;
      // Kept by Discord for old clients: it takes the place of "is thinking…", and is seen by whom that was to be seen by.
      if (isDeferred && original !== undefined && (original.flags & MessageFlags.Loading) !== 0)
        return posting.edit(original, { ...body, flags: (body.flags ?? 0) & ~MessageFlags.Ephemeral }, files);
      const isEphemeral = ((body.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
      const {
        type: _,
        answered: __,
        ...more
      } = answerOf(interaction) as ReturnType<typeof answerOf> & {
        readonly type?: MessageType;
        readonly answered?: StoredMessage;
      };
      const ephemeralTo = isEphemeral ? interaction.deed.person.id : null;
      const circumstances = { ...more, ephemeralTo, ...(original !== undefined && { answered: original }) };
      const message = posting.create(interaction.deed.place, body, files, circumstances);
      interaction.followUps.add(message.id);
      return message;
    },
    expireTokens() {
      for (const interaction of all.values()) interaction.expired = true;
    },
    all: () => [...all.values()],
    stop() {
      for (const interaction of all.values())
        if (interaction.ack === null)
          interaction.settle({ ok: false, ms: 0, type: null, problem: "timeout" });
    },
  };
}
