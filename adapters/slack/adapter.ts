import { App } from "@slack/bolt";

import type { Adapter, AdapterLog, Bot } from "../../src/contract.ts";
import { toConfigError } from "../../src/platform-call.ts";
import { createApi, type Called } from "./api.ts";
import { createConversation } from "./conversation.ts";
import { createEdits } from "./edits.ts";
import { TOKEN_REFUSED, tokenSentence } from "./failure.ts";
import { createGroups } from "./groups.ts";
import { createHome } from "./home.ts";
import { createHttpLine } from "./http-line.ts";
import { createIdentity, missingScopes, type Identity } from "./identity.ts";
import { createLibraryLog } from "./library-log.ts";
import type { Line } from "./line.ts";
import { toPlace } from "./place.ts";
import { createReception, type Reception } from "./receive.ts";
import type { Settings } from "./settings.ts";
import { createSocketLine } from "./socket-line.ts";
import type { Workspace } from "./workspace.ts";

/** Slack closes each connection every few hours; a second one takes what comes meanwhile. */
const CONNECTIONS = 2;
/** Answers that are under way when the bot is stopped may take so long. */
const LAST_WORDS_MS = 3000;

/** The bot in Slack. */
export function createSlack(settings: Settings, log: AdapterLog): Adapter {
  const workspace = createWorkspace(settings, log);
  let running: { readonly lines: readonly Line[]; readonly reception: Reception } | null = null;
  let isStopped = false;
  let ending: Promise<void> | null = null;

  return {
    name: "slack",
    async start(bot) {
      const identity = await identify(workspace);
      if (isStopped) return [];
      running = createRunning(settings, workspace, bot, identity);
      try {
        await Promise.all(running.lines.map((line) => line.start()));
        return warningsOf(identity);
      } catch (error) {
        // It may be started again: only `stop` is for good.
        await end();
        throw error;
      }
    },
    stop() {
      isStopped = true;
      return (ending ??= end());
    },
    conversation: (id) => createConversation(workspace, toPlace(id), null),
    groupsOf: createGroups(workspace),
  };

  async function end(): Promise<void> {
    if (running === null) return;
    const { lines, reception } = running;
    running = null;
    await reception.close(LAST_WORDS_MS);
    await Promise.all(lines.map((line) => line.stop()));
  }
}

function createWorkspace({ botToken, apiUrl }: Settings, log: AdapterLog): Workspace {
  const api = createApi({ token: botToken, apiUrl, log });
  return { api, identity: createIdentity(api), edits: createEdits(), token: botToken, apiUrl, log };
}

async function identify({ identity, apiUrl }: Workspace): Promise<Identity> {
  const called = await identity();
  if (called.kind !== "done") throw toStartError(called, apiUrl);
  return called.answer;
}

function warningsOf(identity: Identity): readonly string[] {
  const missing = missingScopes(identity);
  if (missing.length === 0) return [];
  return [
    `The Slack app lacks scopes (${missing.join(", ")}): add them at OAuth & Permissions and reinstall it.`,
  ];
}

function toStartError(called: Exclude<Called<Identity>, { kind: "done" }>, apiUrl: string): Error {
  if (called.kind === "refused") return toConfigError(tokenSentence(called.code));
  const isToken = [...TOKEN_REFUSED].some((code) => called.reason.includes(`(${code})`));
  return isToken
    ? toConfigError(called.reason)
    : new Error(`Slack does not answer at ${apiUrl}. ${called.reason}`);
}

function createRunning(settings: Settings, workspace: Workspace, bot: Bot, { userId, botId }: Identity) {
  const { watchChannels, watchBots, apiUrl, transport } = settings;
  const { log } = workspace;
  const ears = { userId, botId, watchChannels, watchBots };
  const reception = createReception({ bot, workspace, ears, home: createHome(workspace, bot) });
  const app = createApp(reception, log);
  const lines =
    transport.kind === "http"
      ? [createHttpLine({ app, log, signingSecret: transport.signingSecret, port: transport.port })]
      : Array.from({ length: CONNECTIONS }, () =>
          createSocketLine({ app, log, apiUrl, appToken: transport.appToken }),
        );
  return { lines, reception };
}

/**
 * Bolt checks signatures and keeps connections. Its own processing acknowledges an event before any listener runs;
 * ours takes that place, since a request is written down first.
 */
function createApp(reception: Reception, log: AdapterLog): App {
  const app = new App({
    receiver: { init: () => undefined, start: async () => undefined, stop: async () => undefined },
    authorize: async () => ({}),
    convoStore: false,
    logger: createLibraryLog(log),
  });
  app.processEvent = reception.receive;
  return app;
}
