import type { Adapter, AdapterLog, Bot, Core } from "../../src/contract.ts";
import { createTokenCheck } from "./access.ts";
import { addAssets } from "./assets.ts";
import { CONSOLE } from "./caller.ts";
import { CONVERSATION, createConversation } from "./conversation.ts";
import { addDocs } from "./docs.ts";
import { createHub } from "./hub.ts";
import { addRoutes } from "./routes.ts";
import { createServer, type Server } from "./server.ts";
import { addSession, createSessions } from "./session.ts";
import type { Settings } from "./settings.ts";

/** API, feeds and console; nothing is listened to before it is started. */
export function createHttp(settings: Settings, log: AdapterLog, core: Core): Adapter {
  const hub = createHub();
  const autoBlock = settings.isAutoBlock ? async (id: string) => core.approveBySetting(id) : null;
  let server: Server | null = null;
  const track = (work: Promise<unknown>) =>
    void work.catch((error: unknown) => log.error({ err: error }, "work for a request failed"));
  return {
    name: "http",
    async start(bot: Bot) {
      // A try before may have failed, such as on a port that is taken.
      await server?.close();
      const sessions = createSessions(core.tickets, settings);
      server = await createServer(settings, log, sessions);
      await addAssets(server);
      addSession(server, sessions, createTokenCheck(settings));
      addRoutes(server, { bot, core, hub, autoBlock, track }, settings);
      await addDocs(server);
      const listening = await server.listen({ host: settings.host, port: settings.port });
      const address = listening.replace("[::1]", "localhost").replace("127.0.0.1", "localhost");
      // The link logs in as who has it.
      const isShared = settings.holders.some(({ user }) => user.id === CONSOLE.id);
      const way = isShared
        ? [`Log in once, within 10 minutes: ${address}/login/${await sessions.newCode()}`]
        : [];
      return [`Console and API: ${address}`, ...way];
    },
    stop: async () => server?.close(),
    home: CONVERSATION,
    conversation: (id) => createConversation(id, { hub, autoBlock }, null),
    groupsOf: async () => [],
  };
}
