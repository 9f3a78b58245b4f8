import { createEmulator } from "emulate";

import type { Answer } from "./answer.ts";
import type { Args } from "./args.ts";

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
  /** Any other path of it, as the admin. */
  fetch(path: string, init?: Pick<RequestInit, "method" | "body">): Promise<Response>;
  stop(): Promise<void>;
}

/** emulate answers at most 5,000 calls of one token within an hour, so the bot has many. */
const BOT_TOKENS = 64;

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
  const root = `http://127.0.0.1:${new URL(emulator.url).port}`;
  let calls = 0;

  function tokenOf(who: string): string {
    calls += 1;
    return who === "bot" ? `up-bot-${calls % BOT_TOKENS}` : `up-${who}`;
  }

  return {
    async call(who, method, args) {
      const headers = { authorization: `Bearer ${tokenOf(who)}`, "content-type": "application/json" };
      const body = JSON.stringify(args);
      const response = await fetch(`${root}/api/${method}`, { method: "POST", headers, body });
      if (response.status === 404) return { ok: false, error: "unknown_method", req_method: method };
      return JSON.parse((await response.text()).replaceAll(emulator.url, options.url)) as Answer;
    },
    fetch: (path, init = {}) =>
      fetch(root + path, { ...init, headers: { authorization: `Bearer ${tokenOf("admin")}` } }),
    stop: () => emulator.close(),
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
  const botTokens = Array.from({ length: BOT_TOKENS }, (_, at) => ({
    ...bot,
    token: `up-bot-${at}`,
    scopes,
  }));
  const userTokens = users.map((name) => ({
    token: `up-${name}`,
    type: "user",
    user: name,
    scopes: EVERY_SCOPE,
  }));
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
    tokens: [
      ...botTokens,
      { ...bot, token: "up-admin", scopes: EVERY_SCOPE },
      { token: "up-owner", type: "user", user_id: "U000000001", scopes: EVERY_SCOPE },
      ...userTokens,
    ],
  };
}
