import { MessageFlags } from "discord-api-types/v10";

import type { CallbackBody } from "./interactions.ts";
import type { MessageBody } from "./message-rules.ts";
import type { StoredMessage } from "./messages.ts";
import type { Parts } from "./parts.ts";
import { refusal } from "./refusal.ts";
import type { ApiRequest, Handler, Handlers } from "./request.ts";

/** Answers to interactions. They need no token of the bot: the interaction's own is in the path. */
export function interactionRoutes(parts: Parts): Handlers {
  const { interactions, messages, posting, world } = parts;

  function found({ ids: [application = "", token = "", id = "@original"] }: ApiRequest): StoredMessage {
    return interactions.message(application, token, id);
  }

  function editable(request: ApiRequest): StoredMessage {
    const message = found(request);
    const place = world.findPlace(message.channel);
    if (place?.kind === "thread" && place.archived) throw refusal(50_083);
    return message;
  }

  const get: Handler = (request) => messages.describe(found(request));
  const edit: Handler = (request) =>
    messages.describe(posting.edit(editable(request), request.body as MessageBody, request.files));
  const remove: Handler = (request) => posting.remove(editable(request));
  return {
    "POST /interactions/:id/:token/callback": ({ ids: [id = "", token = ""], query, body, files }) => {
      const answered = interactions.answer(id, token, body as CallbackBody, files);
      if (query.get("with_response") !== "true") return undefined;
      const message = messages.find(answered.original ?? "");
      const flags = message?.flags ?? 0;
      const { type } = body as CallbackBody;
      return {
        interaction: {
          id,
          type: answered.deed.type,
          ...(message !== undefined && {
            response_message_id: message.id,
            response_message_loading: (flags & MessageFlags.Loading) !== 0,
            response_message_ephemeral: (flags & MessageFlags.Ephemeral) !== 0,
          }),
        },
        resource: { type, ...(message !== undefined && { message: messages.describe(message) }) },
      };
    },
    "POST /webhooks/:id/:token": ({ ids: [application = "", token = ""], body, files }) =>
      messages.describe(interactions.followUp(application, token, body as MessageBody, files)),
    "GET /webhooks/:id/:token/messages/@original": get,
    "PATCH /webhooks/:id/:token/messages/@original": edit,
    "DELETE /webhooks/:id/:token/messages/@original": remove,
    "GET /webhooks/:id/:token/messages/:id": get,
    "PATCH /webhooks/:id/:token/messages/:id": edit,
    "DELETE /webhooks/:id/:token/messages/:id": remove,
  };
}
