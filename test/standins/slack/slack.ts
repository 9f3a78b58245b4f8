/**
 * A stand-in for Slack on the loopback interface, for a bot in this process or in one of its own.
 *
 *   const slack = await startSlack();                       // alice, bob, carol, dave; #triage, #incidents; #outside without the bot
 *   const app = new App({ token: slack.botToken, appToken: slack.appToken, socketMode: true,
 *                         clientOptions: { slackApiUrl: slack.apiUrl } });
 *   await app.start();                                      // over HTTP: slack.useHttp("http://127.0.0.1:PORT/slack/events")
 *
 *   const { ack } = await slack.slash("alice", "triage", "1.2.3.4");      // ack.ok, ack.ms, ack.status, ack.body
 *   const card = await slack.until(() => slack.messages("triage").find((m) => textOf(m).includes("1 unsafe")), "the summary");
 *   await slack.click("bob", card, "Block");                // the button as it is now; throws if it is not there
 *   const modal = await slack.until(() => slack.openView("bob"), "the modal");
 *   await slack.submit("bob", modal, { reason: "seen in the wild" });
 *   slack.thread("triage", card.ts); slack.ephemeral("alice"); slack.calls("chat.postMessage"); slack.home("bob");
 *   slack.fail("chat.postMessage", rateLimited(1), { answer: "reset", takesEffect: true });   // see faults.ts
 *   await slack.stop();
 *
 * Messages, threads, files and views are kept and judged by the npm package `emulate`; tokens, membership, limits,
 * Socket Mode, signed HTTP, clocks and faults are of this folder. Persons and channels go by name or id.
 */
import { type Changes, createChanges } from "../changes.ts";
import { createDeliveries, type Deliveries } from "./deliveries.ts";
import { createDownloads, type Downloads } from "./downloads.ts";
import { dump } from "./dump.ts";
import { createFaults, type Fault } from "./faults.ts";
import { createFiles } from "./files.ts";
import { startFront } from "./front.ts";
import { createMessages, type SeenMessage } from "./messages.ts";
import { complete, type SlackOptions } from "./options.ts";
import { createPayloads } from "./payloads.ts";
import { createPressing, type Pressing } from "./pressing.ts";
import { createResponseUrls } from "./response-urls.ts";
import { createSocketMode, type SocketMode } from "./socket-mode.ts";
import { type Call, createTrace } from "./trace.ts";
import { createTriggers } from "./triggers.ts";
import { startUpstream } from "./upstream.ts";
import { createViews, type SeenView } from "./views.ts";
import { createWebApi } from "./web-api.ts";
import type { Workspace } from "./workspace.ts";
import { readWorld, type World } from "./world.ts";
import { createWriting, type Writing } from "./writing.ts";

export { rateLimited, serverError, slackError } from "./faults.ts";
export type { SeenMessage } from "./messages.ts";
export type { SlackOptions } from "./options.ts";
export { buttonsOf, textOf } from "./reading.ts";

/** One Slack. What persons do is in writing.ts and pressing.ts. */
export interface Slack extends Writing, Pressing {
  readonly url: string;
  /** For `slackApiUrl`. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly botUserId: string;
  readonly botId: string;
  readonly world: World;
  /** The id of a person. */
  user(name: string): string;
  /** The id of a channel. */
  channel(name: string): string;
  /** The id of the direct messages with a person. */
  dm(name: string): string;
  /** Makes the bot a member of a public channel, and no member. */
  invite(channel: string): void;
  kick(channel: string): void;
  useHttp: Deliveries["useHttp"];
  redeliver: Deliveries["redeliver"];
  /** Everything that was sent to the bot. */
  deliveries: Deliveries["all"];
  disconnect: SocketMode["disconnect"];
  drop: SocketMode["drop"];
  connections: SocketMode["connections"];
  /** What goes wrong with the next calls of this method, in order. `upload`, `download` and `response_url` count as methods. */
  fail(method: string, ...faults: readonly Fault[]): void;
  redirectDownloads: Downloads["redirect"];
  /** What stands in a channel now, without what hangs in threads. */
  messages(channel: string): readonly SeenMessage[];
  /** A thread now, its head first. */
  thread(channel: string, ts: string): readonly SeenMessage[];
  /** What only this person sees. */
  ephemeral(user: string): readonly SeenMessage[];
  /** Every modal that was opened for a person. */
  views(user: string): readonly SeenView[];
  /** The modal that a person sees. */
  openView(user: string): SeenView | undefined;
  /** The App Home of a person, in which one can click as in a modal. */
  home(user: string): SeenView | undefined;
  /** Every call of the bot, or those of one method. */
  calls(method?: string): readonly Call[];
  until: Changes["until"];
  quiet: Changes["quiet"];
  stop(): Promise<void>;
}

const APP = { name: "vtip", appId: "A0VTIP", botId: "B0VTIP", userId: "U0VTIP" };
const TOKENS = { bot: "xoxb-standin-bot", app: "xapp-standin-app" };
const SIGNING_SECRET = "standin signing secret";

export async function startSlack(options: SlackOptions = {}): Promise<Slack> {
  const settings = complete(options);
  const { channels, scopes, echo, responseUrl } = settings;
  const changes = createChanges(() => dump(messages.all(), trace.calls()));
  const { changed } = changes;
  const front = await startFront();
  const url = `http://${front.host}`;
  const upstream = await startUpstream({ ...settings, url, app: APP });
  const world = await readWorld(upstream, APP, channels, settings.groups);
  const files = createFiles(upstream);
  const messages = createMessages(files.seen, changed);
  const views = createViews(changed);
  const trace = createTrace(changed);
  const faults = createFaults();
  const downloads = createDownloads();
  const sockets = createSocketMode(front.host, APP.appId, changed);
  const deliveries = createDeliveries(sockets, SIGNING_SECRET, settings, changed);
  const workspace: Workspace = {
    world,
    upstream,
    messages,
    files,
    views,
    sockets,
    deliveries,
    scopes,
    echo,
    triggers: createTriggers(settings.triggerMs),
    responseUrls: createResponseUrls(url, responseUrl, { upstream, messages, world }),
    payloads: createPayloads(world),
  };
  front.serve({ workspace, api: createWebApi(workspace, TOKENS), trace, faults, tokens: TOKENS, downloads });
  let stopped: Promise<void> | undefined;

  async function stop(): Promise<void> {
    deliveries.stop();
    changes.stop();
    downloads.stop();
    await sockets.stop();
    await front.stop();
    await upstream.stop();
  }

  return {
    ...createWriting(workspace),
    ...createPressing(workspace),
    url,
    apiUrl: `${url}/api/`,
    botToken: TOKENS.bot,
    appToken: TOKENS.app,
    signingSecret: SIGNING_SECRET,
    botUserId: APP.userId,
    botId: APP.botId,
    world,
    user: (name) => world.person(name).id,
    channel: (name) => world.channel(name).id,
    dm: world.dm,
    invite: (channel) => world.invite(world.channel(channel)),
    kick: (channel) => world.kick(world.channel(channel)),
    useHttp: deliveries.useHttp,
    redeliver: deliveries.redeliver,
    deliveries: deliveries.all,
    disconnect: sockets.disconnect,
    drop: sockets.drop,
    connections: sockets.connections,
    fail: faults.add,
    redirectDownloads: downloads.redirect,
    messages: (channel) => messages.inChannel(world.channel(channel).id),
    thread: (channel, ts) => messages.inThread(world.channel(channel).id, ts),
    ephemeral: (user) => messages.ephemeral(world.person(user).id),
    views: (user) => views.of(world.person(user).id),
    openView: (user) => views.of(world.person(user).id).findLast(({ isOpen }) => isOpen),
    home: (user) => views.home(world.person(user).id),
    calls: trace.calls,
    until: changes.until,
    quiet: changes.quiet,
    stop: () => (stopped ??= stop()),
  };
}
