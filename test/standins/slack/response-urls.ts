import { randomUUID } from "node:crypto";

import type { AckBody } from "./ack.ts";
import { type Answer, refusal } from "./answer.ts";
import { withBlockIds } from "./blocks.ts";
import { messageRefusal } from "./content.ts";
import type { RawMessage, SeenMessage } from "./messages.ts";
import type { Workspace } from "./workspace.ts";
import type { Channel, Person } from "./world.ts";

/** For whom and about what a response_url was sent. */
interface Place {
  readonly person: Person;
  readonly channel: Channel;
  /** The message with the button. */
  readonly original?: SeenMessage;
}

/** How often and how long a response_url may be used. */
export interface ResponseUrlLimits {
  readonly uses: number;
  readonly lifeMs: number;
}

/** The addresses at which a bot may answer without a token. */
export interface ResponseUrls {
  mint(place: Place): string;
  /** Answers a POST, with its HTTP status. */
  use(
    id: string,
    body: AckBody & ResponseOptions,
  ): Promise<{ readonly status: number; readonly answer: Answer }>;
  /** What an acknowledgement says stands there as if sent to the response_url. */
  show(place: Place, body: AckBody & ResponseOptions): Promise<Answer>;
}

interface ResponseOptions {
  readonly replace_original?: boolean;
  readonly delete_original?: boolean;
  readonly thread_ts?: string;
}

export function createResponseUrls(
  url: string,
  limits: ResponseUrlLimits,
  { upstream, messages, world }: Pick<Workspace, "upstream" | "messages" | "world">,
): ResponseUrls {
  const minted = new Map<string, { readonly place: Place; readonly atMs: number; uses: number }>();

  async function show(place: Place, body: AckBody & ResponseOptions): Promise<Answer> {
    const refused = messageRefusal(body, "response");
    if (refused !== null) return refused;
    if (body.delete_original === true) return remove(place);
    if (body.replace_original === true && place.original !== undefined) return replace(place.original, body);
    return body.response_type === "in_channel" ? post(place, body) : whisper(place, body);
  }

  async function post({ channel }: Place, body: AckBody & ResponseOptions): Promise<Answer> {
    const args = {
      ...content(body),
      channel: channel.id,
      thread_ts: body.thread_ts,
      bot_id: world.app.botId,
    };
    const answer = await upstream.call("admin", "chat.postMessage", args);
    if (answer.ok) messages.put(channel.id, answer["message"] as RawMessage);
    return answer;
  }

  async function whisper({ person, channel }: Place, body: AckBody & ResponseOptions): Promise<Answer> {
    const args = { ...content(body), channel: channel.id, user: person.id };
    const answer = await upstream.call("admin", "chat.postEphemeral", args);
    if (answer.ok) {
      const ts = String(answer["message_ts"]);
      const thread = body.thread_ts === undefined ? {} : { thread_ts: body.thread_ts };
      const raw = {
        ...content(body),
        ...thread,
        type: "message" as const,
        ts,
        user: world.app.userId,
        bot_id: world.app.botId,
      };
      messages.put(channel.id, raw, person.id);
    }
    return answer;
  }

  async function replace(original: SeenMessage, body: AckBody): Promise<Answer> {
    const { channel, ts, ephemeralTo, raw } = original;
    if (ephemeralTo !== null) {
      messages.put(channel, { ...raw, ...content(body) }, ephemeralTo);
      return { ok: true };
    }
    const answer = await upstream.call("admin", "chat.update", { ...content(body), channel, ts });
    if (answer.ok) messages.put(channel, answer["message"] as RawMessage);
    return answer;
  }

  async function remove({ original }: Place): Promise<Answer> {
    if (original === undefined) return refusal("no_original");
    const { channel, ts, ephemeralTo } = original;
    if (ephemeralTo === null) await upstream.call("admin", "chat.delete", { channel, ts });
    messages.remove(channel, ts);
    return { ok: true };
  }

  return {
    mint(place) {
      const id = randomUUID();
      minted.set(id, { place, atMs: Date.now(), uses: 0 });
      return `${url}/response/${id}`;
    },
    async use(id, body) {
      const own = minted.get(id);
      if (own === undefined) return { status: 404, answer: refusal("no_such_url") };
      if (Date.now() - own.atMs > limits.lifeMs) return { status: 404, answer: refusal("expired_url") };
      own.uses += 1;
      if (own.uses > limits.uses) return { status: 404, answer: refusal("used_url") };
      const answer = await show(own.place, body);
      return { status: answer.ok ? 200 : 400, answer };
    },
    show,
  };
}

function content(body: AckBody): { readonly text: string; readonly blocks?: AckBody["blocks"] & object } {
  const blocks = body.blocks === undefined ? {} : { blocks: withBlockIds(body.blocks) };
  return { text: body.text ?? "", ...blocks };
}
