import {
  Client,
  type ClientOptions,
  Events,
  GatewayIntentBits as Intent,
  Partials,
  type RESTOptions,
} from "discord.js";
import { onTestFinished } from "vitest";

import type { Discord } from "./discord.ts";

const INTENTS = [Intent.Guilds, Intent.GuildMessages, Intent.MessageContent, Intent.DirectMessages];

/** Files do not pass between the version of undici that discord.js has and the one that a test beside it loaded first. */
const makeRequest = fetch as unknown as RESTOptions["makeRequest"];

/** discord.js as it is, logged in and ready; ended after the test. */
export async function startClient(
  discord: Discord,
  listen: (client: Client<true>) => void = () => {},
  options: Partial<ClientOptions> = {},
): Promise<Client<true>> {
  const client = new Client<true>({
    intents: INTENTS,
    partials: [Partials.Channel],
    ...options,
    rest: { api: discord.apiUrl, timeout: 5_000, makeRequest, ...options.rest },
  });
  onTestFinished(() => client.destroy());
  listen(client);
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(discord.token);
  await ready;
  return client;
}
