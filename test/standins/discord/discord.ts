/**
 * A stand-in for Discord on the loopback interface (REST v10, gateway v10, files), for a bot in this process or in one of its own.
 *
 *   const discord = await startDiscord();                 // alice, bob, carol, dave; #triage, #incidents; #outside without the bot
 *   const client = new Client({ intents: [...], rest: { api: discord.apiUrl } });
 *   await client.login(discord.token);
 *
 *   const { ack } = await discord.slash("alice", "triage", "vtip", { indicators: "1.2.3.4", file: { name: "a.txt", content: "8.8.8.8" } });
 *   ack.ok; ack.ms; ack.type;                             // the command must be registered; options are checked as Discord does
 *   const card = await discord.until(() => discord.messages("triage").find((m) => textOf(m).includes("1 unsafe")), "the summary");
 *   await discord.click("bob", card, "Block");            // the button as it is now; throws if it is not there
 *   const [note] = discord.ephemeral("bob"); await discord.pick("bob", note, 0, ["1.2.3.4"]);
 *   const modal = await discord.until(() => discord.openModal("bob"), "the modal");
 *   await discord.submit("bob", modal, { reason: "seen in the wild" });
 *   discord.thread("triage", card.id); discord.calls("POST /channels/:id/messages"); discord.pings(); discord.commands();
 *   discord.fail("POST /channels/:id/messages", rateLimited(1), { answer: "reset", takesEffect: true });   // see faults.ts
 *   discord.drop(); discord.disconnect(); discord.invalidateSession(); discord.expireTokens();
 *   await discord.stop();
 *
 * Persons and channels go by name or id; a thread has the id of the message at its head, and is a channel to all calls.
 */
import type { APIApplicationCommand, GatewayOpcodes } from "discord-api-types/v10";

import { type Changes, createChanges } from "../changes.ts";
import { createFaults } from "../faults.ts";
import { createAttachments } from "./attachments.ts";
import { createCommands } from "./commands.ts";
import { dump } from "./dump.ts";
import type { Fault } from "./faults.ts";
import { startFront } from "./front.ts";
import { createGateway, type Gateway, type GatewayFrame } from "./gateway.ts";
import { createInteractions, type Interactions } from "./interactions.ts";
import { createMessages, type SeenMessage } from "./messages.ts";
import { createModals, type SeenModal } from "./modals.ts";
import { complete, type DiscordOptions } from "./options.ts";
import type { Parts } from "./parts.ts";
import type { Permission } from "./permissions.ts";
import { createPosting, type Posting } from "./posting.ts";
import { createPressing, type Pressing } from "./pressing.ts";
import { createRateLimits } from "./rate-limits.ts";
import { createRoutes } from "./routes.ts";
import { createSnowflakes } from "./snowflake.ts";
import { createThreads } from "./threads.ts";
import { type Call, createTrace } from "./trace.ts";
import { welcome } from "./welcome.ts";
import { createWorld, OUT, type Thread, type World } from "./world.ts";
import { createWriting, type Writing } from "./writing.ts";

export { discordError, rateLimited, serverError, tokenRefused } from "./faults.ts";
export type { SeenMessage } from "./messages.ts";
export type { SeenModal } from "./modals.ts";
export type { DiscordOptions } from "./options.ts";
export { buttonsOf, menusOf, textOf } from "./reading.ts";

/** One Discord. What persons do is in writing.ts and pressing.ts. */
export interface Discord extends Writing, Pressing {
  readonly url: string;
  /** For `rest.api`. */
  readonly apiUrl: string;
  readonly token: string;
  /** Not the same as `botUserId`, as with old applications. */
  readonly applicationId: string;
  readonly botUserId: string;
  readonly guildId: string;
  readonly world: World;
  /** The id of a person. */
  user(name: string): string;
  /** The id of a channel. */
  channel(name: string): string;
  /** The id of the direct messages with a person. */
  dm(name: string): string;
  /** The id of a role. */
  role(name: string): string;
  /** The ids of another bot and of a webhook. */
  bot(name: string): string;
  webhook(name: string): string;
  /** Lets the bot see a channel and write there, and shuts it out. */
  invite(channel: string): void;
  kick(channel: string): void;
  /** Takes permissions from the bot in a channel (50013), and gives them back. */
  deny(channel: string, ...permissions: readonly Permission[]): void;
  allow(channel: string, ...permissions: readonly Permission[]): void;
  /** Deletes a channel or a thread, with all in it. */
  removeChannel(channel: string): void;
  /** Sends an interaction to the bot once more. */
  redeliver: Interactions["repeat"];
  /** Sends a message to the bot once more, as it is now. */
  redeliverMessage(message: SeenMessage): void;
  /** Everything that was sent to the bot as an interaction. */
  interactions: Interactions["all"];
  /** All tokens of interactions are refused (50027) that were given out so far. */
  expireTokens: Interactions["expireTokens"];
  disconnect: Gateway["disconnect"];
  drop: Gateway["drop"];
  invalidateSession: Gateway["invalidateSession"];
  /** Closes the bot's connections with one of Discord's codes. */
  closeGateway: Gateway["close"];
  ignoreHeartbeats: Gateway["ignoreHeartbeats"];
  connections: Gateway["connections"];
  /** What travelled over the gateway, both ways; or what one opcode did. */
  gateway(op?: GatewayOpcodes): readonly GatewayFrame[];
  /** What goes wrong with the next calls of this route, in order; `download` for the files of messages. @throws {Error} For no route. */
  fail(route: string, ...faults: readonly Fault[]): void;
  /** What stands in a channel now, without what hangs in threads. */
  messages(channel: string): readonly SeenMessage[];
  /** A thread now, its head first; `head` is a message or its id. */
  thread(channel: string, head: string | Pick<SeenMessage, "id">): readonly SeenMessage[];
  /** The threads of a channel. */
  threads(channel: string): readonly Thread[];
  /** What only this person sees. */
  ephemeral(user: string): readonly SeenMessage[];
  /** Every modal that was opened for a person. */
  modals(user: string): readonly SeenModal[];
  /** The modal that a person sees. */
  openModal(user: string): SeenModal | undefined;
  /** Messages of the bot that notified somebody. */
  pings: Posting["pings"];
  /** What is registered, of all guilds and of each. How often it was sent tell `calls("PUT …")`. */
  commands(): readonly APIApplicationCommand[];
  /** Every call of the bot, or those of one route. */
  calls(route?: string): readonly Call[];
  until: Changes["until"];
  quiet: Changes["quiet"];
  stop(): Promise<void>;
}

const TOKEN = "MTcwMDAwMDAwMDAwMDAwMDAx.Standin.token-of-the-stand-in";

export async function startDiscord(options: DiscordOptions = {}): Promise<Discord> {
  const settings = complete(options);
  const changes = createChanges(() => dump(messages.all(), trace.calls()));
  const { changed } = changes;
  const front = await startFront();
  const url = `http://${front.host}`;
  const nextId = createSnowflakes();
  const world = createWorld(settings);
  const attachments = createAttachments({
    origin: url,
    sizeLimit: settings.attachmentSizeLimit,
    lifeMs: settings.attachmentMs,
    nextId,
  });
  const messages = createMessages(world, attachments, changed);
  const gateway = createGateway({
    host: front.host,
    token: TOKEN,
    heartbeatMs: settings.heartbeatMs,
    granted: settings.intents,
    welcome: (session) => welcome(world, settings, session),
    changed,
  });
  const modals = createModals(changed);
  const commands = createCommands(world.applicationId, nextId, changed);
  const base = { settings, world, messages, attachments, gateway, modals, commands, nextId };
  const threads = createThreads(base);
  const posting = createPosting({ ...base, threads });
  const interactions = createInteractions({ ...base, posting }, changed);
  const parts: Parts = { ...base, threads, posting, interactions };
  const trace = createTrace(changed);
  const faults = createFaults<Call>(({ route }) => route);
  const routes = createRoutes(parts);
  front.serve({ parts, routes, limits: createRateLimits(settings.rateLimits), trace, faults, token: TOKEN });
  let stopped: Promise<void> | undefined;

  async function stop(): Promise<void> {
    interactions.stop();
    changes.stop();
    await gateway.stop();
    await front.stop();
  }

  return {
    ...createWriting(parts),
    ...createPressing(parts),
    url,
    apiUrl: `${url}/api`,
    token: TOKEN,
    applicationId: world.applicationId,
    botUserId: world.bot.id,
    guildId: world.guild.id,
    world,
    user: (name) => world.person(name).id,
    channel: (name) => world.channel(name).id,
    dm: (name) => world.directMessages(name).id,
    role: (name) => world.role(name).id,
    bot: (name) => world.stranger("bot", name).id,
    webhook: (name) => world.stranger("webhook", name).id,
    invite: (channel) => world.allow(world.channel(channel), OUT),
    kick: (channel) => world.deny(world.channel(channel), OUT),
    deny: (channel, ...permissions) => world.deny(world.channel(channel), permissions),
    allow: (channel, ...permissions) => world.allow(world.channel(channel), permissions),
    removeChannel(channel) {
      const place = world.place(channel);
      world.remove(place);
      messages.removeIn(place.id);
    },
    redeliver: interactions.repeat,
    redeliverMessage({ id }) {
      const message = messages.find(id);
      if (message === undefined) throw new Error(`the message ${id} is gone`);
      posting.repeat(message);
    },
    interactions: interactions.all,
    expireTokens: interactions.expireTokens,
    disconnect: gateway.disconnect,
    drop: gateway.drop,
    invalidateSession: gateway.invalidateSession,
    closeGateway: gateway.close,
    ignoreHeartbeats: gateway.ignoreHeartbeats,
    connections: gateway.connections,
    gateway: (op) => gateway.frames().filter((frame) => op === undefined || frame.op === op),
    fail(route, ...given) {
      if (!routes.has(route)) throw new Error(`there is no route ${route}`);
      faults.add(route, ...given);
    },
    messages: (channel) => messages.in(world.place(channel).id),
    thread(channel, head) {
      const id = typeof head === "string" ? head : head.id;
      const seen = messages.seen(id);
      const isHere = seen?.channel === world.place(channel).id;
      return [...(isHere ? [seen] : []), ...messages.in(id)];
    },
    threads: (channel) => world.threads().filter(({ parent }) => parent.id === world.channel(channel).id),
    ephemeral: (user) => messages.ephemeral(world.person(user).id),
    modals: (user) => modals.of(world.person(user).id),
    openModal: (user) => modals.of(world.person(user).id).findLast(({ isOpen }) => isOpen),
    pings: posting.pings,
    commands: () => [null, ...world.guilds.map(({ id }) => id)].flatMap((guild) => commands.all(guild)),
    calls: trace.calls,
    until: changes.until,
    quiet: changes.quiet,
    stop: () => (stopped ??= stop()),
  };
}
