import type { Adapter, AdapterLog, Bot, Core } from "../../src/contract.ts";
import { createConversation } from "./conversation.ts";
import { createHub } from "./hub.ts";
import { addRoutes } from "./routes.ts";
import { createServer, type Server } from "./server.ts";
import type { Settings } from "./settings.ts";

/** API, feeds and console; nothing is listened to before it is started. */
export function createHttp(settings: Settings, log: AdapterLog, core: Core): Adapter {
  const hub = createHub();
  let server: Server | null = null;
  const track = (work: Promise<unknown>) =>
    void work.catch((error: unknown) => log.error({ err: error }, "work for a request failed"));
  return {
    name: "http",
    async start(bot: Bot) {
      // A try before may have failed, such as on a port that is taken.
      await server?.close();
      server = await createServer(settings, log);
      addRoutes(server, { bot, core, hub, track }, settings);
      const address = await server.listen({ host: settings.host, port: settings.port });
      return [`Console and API: ${address.replace("[::1]", "localhost").replace("127.0.0.1", "localhost")}`];
    },
    stop: async () => server?.close(),
    conversation: () => createConversation(hub, null),
    groupsOf: async () => [],
  };
}
