import type { Adapter, AdapterLog } from "../../src/contract.ts";
import { createConversation } from "./conversation.ts";
import { createGateway, type Gateway } from "./gateway.ts";
import { toPlace } from "./place.ts";
import { createReception, type Reception } from "./receive.ts";
import { createRegistration } from "./registration.ts";
import { createRoles } from "./roles.ts";
import type { Settings } from "./settings.ts";
import { createWorkspace } from "./workspace.ts";

/** Answers that are under way when the bot is stopped may take so long. */
const LAST_WORDS_MS = 3000;

/** The bot in Discord. */
export function createDiscord(settings: Settings, log: AdapterLog): Adapter {
  const { token, guildId, watchChannels, watchBots } = settings;
  const workspace = createWorkspace(settings, log);
  const { api } = workspace;
  const roles = createRoles(workspace);
  const registration = createRegistration(workspace, guildId);
  let running: { readonly gateway: Gateway; readonly reception: Reception } | null = null;
  let isStopped = false;
  let ending: Promise<void> | null = null;

  return {
    name: "discord",
    async start(bot) {
      if (isStopped) return [];
      const reception = createReception({ bot, workspace, roles, ears: { watchChannels, watchBots } });
      const { take } = reception;
      const wantsContent = watchChannels.size > 0;
      const gateway = createGateway({ api, token, wantsContent, log, take });
      running = { gateway, reception };
      try {
        const { application, warnings } = await gateway.connect();
        return [...warnings, ...(await registration.begin(application))];
      } catch (error) {
        // It may be started again: only `stop` is for good.
        await end();
        throw error;
      }
    },
    stop() {
      isStopped = true;
      registration.close();
      return (ending ??= end().finally(() => api.close()));
    },
    conversation: (id) => createConversation(workspace, toPlace(id), null),
    groupsOf: roles.of,
  };

  async function end(): Promise<void> {
    if (running === null) return;
    const { gateway, reception } = running;
    running = null;
    await reception.close(LAST_WORDS_MS);
    await gateway.close();
  }
}
