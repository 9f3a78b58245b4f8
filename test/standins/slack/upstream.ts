import { createEmulator } from "emulate";

import type { Answer } from "./answer.ts";
import type { Args } from "./args.ts";
import { createRequests, type LocalAnswer } from "./requests.ts";

/** The person of emulate's own who is in every channel. */
export const OWNER = "U000000001";

/** What emulate is started with. */
export interface UpstreamOptions {
  /** Of the front: addresses of files and uploads begin with it. */
  readonly url: string;
  readonly users: readonly string[];
  readonly channels: readonly { readonly name: string; readonly isPrivate?: boolean }[];
  /** Scopes of the bot's token: emulate answers `missing_scope` for the rest. */
  readonly scopes: readonly string[];
  readonly app: BotIdentity;
}

/** The app and its bot, as ids. */
export interface BotIdentity {
  readonly name: string;
  readonly appId: string;
  readonly botId: string;
  readonly userId: string;
}

/** The third-party Web API that judges and keeps messages, threads, files and views. */
export interface Upstream {
  /** As the bot with its scopes (`bot`), as the bot with all of them (`admin`), or as a user by name. */
  call(who: string, method: string, args: Args): Promise<Answer>;
  /** Any other path of it, as the admin: read, or sent these bytes. */
  fetch(path: string, bytes?: Buffer): Promise<LocalAnswer>;
  stop(): Promise<void>;
}

/** emulate answers at most 5,000 calls of one token within an hour, so everybody has many. */
const TOKENS_EACH = 40;

const EVERY_SCOPE = `chat:write channels:read channels:history channels:manage groups:read groups:history
  groups:write im:read im:history im:write mpim:read mpim:write users:read files:read files:write`.split(
  /\s+/,
);

export async function startUpstream(options: UpstreamOptions): Promise<Upstream> {
  const emulator = await createEmulator({
    service: "slack",
    port: 0,
    hostname: "127.0.0.1",
    seed: { slack: seedOf(options) },
  });
  // It names itself by the port that it was given, which is how that port is known.
  const requests = createRequests(Number(new URL(emulator.url).port));
  let calls = 0;

  function authorization(who: string): { authorization: string } {
    calls += 1;
    return { authorization: `Bearer up-${who}-${calls % TOKENS_EACH}` };
  }

  return {
    async call(who, method, args) {
      const headers = { ...authorization(who), "content-type": "application/json" };
      const { status, bytes } = await requests.post(`/api/${method}`, headers, JSON.stringify(args));
      if (status === 404) return { ok: false, error: "unknown_method", req_method: method };
      return JSON.parse(bytes.toString().replaceAll(emulator.url, options.url)) as Answer;
    },
    fetch: (path, bytes) =>
      bytes === undefined
        ? requests.get(path, authorization("admin"))
        : requests.post(path, authorization("admin"), bytes),
    async stop() {
      requests.stop();
      await emulator.close();
    },
  };
}

function seedOf({ users, channels, scopes, app }: UpstreamOptions): Readonly<Record<string, unknown>> {
  const bot = {
    type: "bot",
    app_id: app.appId,
    bot_id: app.botId,
    bot_user_id: app.userId,
    user_id: app.userId,
  };
  const tokens = [
    { ...bot, name: "bot", scopes },
    { ...bot, name: "admin", scopes: EVERY_SCOPE },
    { type: "user", user_id: OWNER, name: "owner", scopes: EVERY_SCOPE },
    ...users.map((name) => ({ type: "user", user: name, name, scopes: EVERY_SCOPE })),
  ];
  return {
    users: users.map((name) => ({ name, real_name: name })),
    channels: channels.map(({ name, isPrivate = false }) => ({ name, is_private: isPrivate })),
    strict_scopes: true,
    oauth_apps: [
      {
        app_id: app.appId,
        bot_id: app.botId,
        bot_user_id: app.userId,
        bot_name: app.name,
        name: app.name,
        client_id: "1.2",
        client_secret: "none",
        redirect_uris: [],
      },
    ],
    tokens: tokens.flatMap(({ name, ...token }) =>
      Array.from({ length: TOKENS_EACH }, (_, at) => ({ ...token, token: `up-${name}-${at}` })),
    ),
  };
}
