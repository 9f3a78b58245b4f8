import {
  InteractionResponseType,
  MessageFlags,
  Routes,
  type APIModalInteractionResponseCallbackData,
  type RESTPostAPIInteractionCallbackJSONBody,
} from "discord.js";
import { z } from "zod";

import type { Api, Called } from "./api.ts";
import type { Token } from "./arrived.ts";
import type { Message } from "./render.ts";

/** What Discord answers is not needed: often it is nothing. */
const Anything = z.unknown();

/** The first answer to an interaction. */
export type FirstAnswer =
  /** Shows the person, and nobody else, that the bot is thinking. */
  | { readonly kind: "think" }
  /** Shows nothing. */
  | { readonly kind: "nod" }
  | { readonly kind: "note"; readonly message: Message }
  /** Takes the place of the note that was pressed. */
  | { readonly kind: "replace"; readonly message: Message }
  | { readonly kind: "form"; readonly modal: APIModalInteractionResponseCallbackData };

/** Discord's number for it: docs.discord.com, topics/opcodes-and-status-codes. */
const ALREADY_ANSWERED = 40_060;

/** Whether a first answer came late: each process hears of an interaction, and another one has answered it. */
export function wasAnswered(called: Called<unknown>): boolean {
  return called.kind === "refused" && called.code === ALREADY_ANSWERED;
}

/** What can be done with an interaction's token: docs.discord.com, interactions/receiving-and-responding. */
export interface InteractionCalls {
  first(answer: FirstAnswer): Promise<Called<unknown>>;
  /** Puts a note where the first answer shows that the bot is thinking. */
  fill(message: Message): Promise<Called<unknown>>;
  /** Takes the first answer, or the note that was pressed, away. */
  remove(): Promise<Called<unknown>>;
  /** One more private note. */
  add(message: Message): Promise<Called<unknown>>;
}

export function createInteractionCalls(
  api: Api,
  { interaction, application, token }: Token,
): InteractionCalls {
  const original = Routes.webhookMessage(application, token, "@original");
  return {
    first(answer) {
      const route = Routes.interactionCallback(interaction, token);
      return api.call({ method: "post", route, body: toBody(answer), isOpen: true }, Anything);
    },
    fill: (body) => api.call({ method: "patch", route: original, body, isOpen: true }, Anything),
    remove: () => api.call({ method: "delete", route: original, isOpen: true }, Anything),
    add(message) {
      const route = Routes.webhook(application, token);
      return api.call({ method: "post", route, body: toPrivate(message), isOpen: true }, Anything);
    },
  };
}

function toBody(answer: FirstAnswer): RESTPostAPIInteractionCallbackJSONBody {
  switch (answer.kind) {
    case "think":
      return {
        type: InteractionResponseType.DeferredChannelMessageWithSource,
        data: { flags: MessageFlags.Ephemeral },
      };
    case "nod":
      return { type: InteractionResponseType.DeferredMessageUpdate };
    case "note":
      return { type: InteractionResponseType.ChannelMessageWithSource, data: toPrivate(answer.message) };
    case "replace":
      return { type: InteractionResponseType.UpdateMessage, data: answer.message };
    case "form":
      return { type: InteractionResponseType.Modal, data: answer.modal };
  }
}

function toPrivate(message: Message): Message {
  return { ...message, flags: message.flags | MessageFlags.Ephemeral };
}
