import {
  WebSocketManager,
  WebSocketShardEvents,
  type SessionInfo,
  type WebSocketManagerOptions,
} from "@discordjs/ws";
import { GatewayIntentBits, type GatewayReadyDispatchData } from "discord.js";

import type { AdapterLog } from "../../src/contract.ts";
import { toConfigError } from "../../src/platform-call.ts";
import type { Api } from "./api.ts";
import { TOKEN_SENTENCE } from "./failure.ts";

/** What every bot may hear: docs.discord.com/developers/events/gateway#gateway-intents. */
const INTENTS = GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages | GatewayIntentBits.DirectMessages;
/** docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes */
const WRONG_TOKEN = 4004;
const DISALLOWED_INTENTS = 4014;
/** After these the library does not connect again by itself. */
const FINAL = new Set([WRONG_TOKEN, 4010, 4011, 4012, 4013, DISALLOWED_INTENTS]);
const AGAIN_MS = 30_000;

const NOT_GRANTED =
  "Discord does not hand out the text of watched channels: switch on Message Content Intent on the page Bot of the developer portal and start again; mentions, direct messages and commands work without it.";

/** Who the bot is, as the gateway says. */
interface Ready {
  readonly botId: string;
  readonly application: string;
  /** Sentences for who starts it. */
  readonly warnings: readonly string[];
}

/** The connection through which everything arrives. */
export interface Gateway {
  /** Resolves when it is ready. @throws an Error with exitStatus 3 for a wrong token, another one when it cannot be reached. */
  connect(): Promise<Ready>;
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly api: Api;
  readonly token: string;
  /** Whether the text of every message is needed, for watched channels. */
  readonly wantsContent: boolean;
  readonly log: AdapterLog;
  /** Hears every event of Discord's, in order. */
  readonly take: (event: string, data: unknown) => void;
}

/** Keeps a connection. The library resumes it and hears again what was said meanwhile. */
export function createGateway(options: GatewayOptions): Gateway {
  const { wantsContent, log } = options;
  let withContent = wantsContent;
  let manager: WebSocketManager | null = null;
  let isClosed = false;
  let timer: NodeJS.Timeout | null = null;

  async function connect(): Promise<Ready> {
    if (isClosed) throw new Error("The bot is being stopped.");
    manager = createManager(options, withContent);
    try {
      return await open(manager, (code) => again(code));
    } catch (error) {
      if (!(error instanceof DisallowedIntents) || !withContent) throw error;
      withContent = false;
      log.warn({}, "the intent MESSAGE_CONTENT is not granted");
      return { ...(await connect()), warnings: [NOT_GRANTED] };
    }
  }

  /** Somebody changed the token or the intents while the bot ran: it shall not stay deaf. */
  function again(code: number, afterMs = code === DISALLOWED_INTENTS ? 0 : AGAIN_MS): void {
    if (isClosed) return;
    log.error(
      { code },
      code === WRONG_TOKEN ? TOKEN_SENTENCE : "discord has closed the gateway; tried again",
    );
    timer = setTimeout(() => void connect().catch(() => again(code, AGAIN_MS)), afterMs);
    timer.unref();
  }

  return {
    connect,
    async close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await manager?.destroy();
    },
  };
}

function createManager({ api, token, take, log }: GatewayOptions, withContent: boolean): WebSocketManager {
  const intents = withContent ? INTENTS | GatewayIntentBits.MessageContent : INTENTS;
  const manager = new WebSocketManager({ token, intents, rest: api.rest, ...createSessions() });
  manager.on(WebSocketShardEvents.Dispatch, ({ data }) => take(data.t, data.d));
  manager.on(WebSocketShardEvents.Error, ({ error }) => {
    log.info({ reason: error.message }, "discord's gateway has a fault");
  });
  manager.on(WebSocketShardEvents.Resumed, () => log.debug({}, "discord's gateway was resumed"));
  return manager;
}

/** What the library needs to resume; by itself it keeps the sessions of all bots of a process in one place. */
function createSessions(): Pick<WebSocketManagerOptions, "retrieveSessionInfo" | "updateSessionInfo"> {
  const sessions = new Map<number, SessionInfo>();
  return {
    retrieveSessionInfo: (shard) => sessions.get(shard) ?? null,
    updateSessionInfo(shard, session) {
      if (session === null) sessions.delete(shard);
      else sessions.set(shard, session);
    },
  };
}

/** Resolves when the gateway is ready; `onEnd` hears when it is closed after that and stays so. */
async function open(manager: WebSocketManager, onEnd: (code: number) => void): Promise<Ready> {
  let closed: number | null = null;
  const ready: GatewayReadyDispatchData[] = [];
  manager.on(WebSocketShardEvents.Ready, ({ data }) => void ready.push(data));
  manager.on(WebSocketShardEvents.Closed, ({ code }) => {
    closed = code;
    if (ready.length > 0 && FINAL.has(code)) onEnd(code);
  });
  try {
    await manager.connect();
  } catch (error) {
    await manager.destroy();
    throw toStartError(closed, error);
  }
  const [first] = ready;
  if (first === undefined) throw new Error("Discord's gateway did not say who the bot is.");
  return { botId: first.user.id, application: first.application.id, warnings: [] };
}

class DisallowedIntents extends Error {}

function toStartError(code: number | null, error: unknown): Error {
  if (code === WRONG_TOKEN || isUnauthorized(error)) return toConfigError(TOKEN_SENTENCE, error);
  if (code === DISALLOWED_INTENTS) return new DisallowedIntents("Discord does not grant the intents.");
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`Discord's gateway does not answer (${reason}).`, { cause: error });
}

function isUnauthorized(error: unknown): boolean {
  return typeof error === "object" && error !== null && "status" in error && error.status === 401;
}
