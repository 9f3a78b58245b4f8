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
 *   slack.fail("chat.postMessage", rateLimited(1), { answer: "reset", takesEffect: true });
 *   await slack.stop();
 *
 * Messages, threads, files and views are kept and judged by the npm package `emulate`; tokens, membership, limits,
 * Socket Mode, signed HTTP, clocks and faults are of this folder. Persons and channels go by name or id.
 */
import { createChanges } from "./changes.ts";
import { createDeliveries, type Deliveries, type DeliveryClocks } from "./deliveries.ts";
import { createFaults, type Fault } from "./faults.ts";
import { createFiles } from "./files.ts";
import { startFront } from "./front.ts";
import { createMessages, type SeenMessage } from "./messages.ts";
import { createPayloads } from "./payloads.ts";
import { createPeople, type People } from "./people.ts";
import { createResponseUrls, type ResponseUrlLimits } from "./response-urls.ts";
import { createSocketMode, type SocketMode } from "./socket-mode.ts";
import { type Call, createTrace } from "./trace.ts";
import { createTriggers } from "./triggers.ts";
import { startUpstream } from "./upstream.ts";
import { createViews, type SeenView } from "./views.ts";
import { createWebApi } from "./web-api.ts";
import type { Workspace } from "./workspace.ts";
import { type ChannelOptions, readWorld, type World } from "./world.ts";

export type { Ack } from "./ack.ts";
export type { Delivery } from "./deliveries.ts";
export { rateLimited, serverError, slackError } from "./faults.ts";
export type { SeenMessage } from "./messages.ts";
export { buttonsOf, textOf } from "./reading.ts";

/** All of it may be left out. */
export interface SlackOptions extends Partial<DeliveryClocks> {
  readonly users?: readonly string[];
  readonly channels?: readonly ChannelOptions[];
  /** Handle to names; the group `analysts` has the id `S0ANALYSTS`. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  /** Of the bot's token. */
  readonly scopes?: readonly string[];
  /** How long a trigger_id lives; 3 s. */
  readonly triggerMs?: number;
  readonly responseUrl?: Partial<ResponseUrlLimits>;
  /** Whether the bot gets events of its own messages, as in Slack; true. */
  readonly echo?: boolean;
}

/** One Slack. */
export interface Slack extends People {
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
  /** Makes the bot a member. */
  invite(channel: string): void;
  useHttp: Deliveries["useHttp"];
  redeliver: Deliveries["redeliver"];
  /** Everything that was sent to the bot. */
  deliveries(): ReturnType<Deliveries["all"]>;
  disconnect: SocketMode["disconnect"];
  drop: SocketMode["drop"];
  connections: SocketMode["connections"];
  /** What goes wrong with the next calls of this method, in order; see faults.ts. `upload`, `download` and `response_url` count as methods. */
  fail(method: string, ...faults: readonly Fault[]): void;
  /** Sends downloads of files on to this origin, or no more. */
  redirectDownloads(origin: string | null): void;
  /** What stands in a channel now, without what hangs in threads. Direct messages: by `dm(name)`. */
  messages(channel: string): readonly SeenMessage[];
  /** A thread now, its head first. */
  thread(channel: string, ts: string): readonly SeenMessage[];
  /** What only this person sees. */
  ephemeral(user: string): readonly SeenMessage[];
  /** Every modal that was opened for a person. */
  views(user: string): readonly SeenView[];
  /** The modal that a person sees. */
  openView(user: string): SeenView | undefined;
  /** The App Home of a person as a view that can be clicked in, or undefined. */
  home(user: string): SeenView | undefined;
  calls(method?: string): readonly Call[];
  until: ReturnType<typeof createChanges>["until"];
  stop(): Promise<void>;
}

const SCOPES = `commands chat:write files:read files:write app_mentions:read channels:history groups:history
  im:history users:read usergroups:read`.split(/\s+/);

const APP = { name: "vtip", appId: "A0VTIP", botId: "B0VTIP", userId: "U0VTIP" };
const TOKENS = { bot: "xoxb-standin-bot", app: "xapp-standin-app" };
const SIGNING_SECRET = "standin signing secret";

export async function startSlack(options: SlackOptions = {}): Promise<Slack> {
  const {
    users = ["alice", "bob", "carol", "dave"],
    channels = [{ name: "triage" }, { name: "incidents" }, { name: "outside", botIsMember: false }],
    groups = { analysts: users.slice(1, 3) },
    scopes = SCOPES,
    ackMs = 3_000,
    retryMs = [0, 60_000, 300_000],
    triggerMs = 3_000,
    responseUrl = {},
    echo = true,
  } = options;
  const changes = createChanges(dump);
  const { changed } = changes;
  const front = await startFront();
  const url = `http://${front.host}`;
  const rooms = channels.map(({ name, isPrivate = false }) => ({ name, isPrivate }));
  const upstream = await startUpstream({ url, users, channels: rooms, scopes, app: APP });
  const world = await readWorld(upstream, APP, channels, groups);
  const files = createFiles(upstream);
  const messages = createMessages(files.seen, changed);
  const views = createViews(changed);
  const sockets = createSocketMode(front.host, APP.appId, changed);
  const trace = createTrace(changed);
  const faults = createFaults();
  const downloads: { redirectTo: string | null } = { redirectTo: null };
  const deliveries = createDeliveries(sockets, SIGNING_SECRET, { ackMs, retryMs }, changed);
  const limits = { uses: 5, lifeMs: 30 * 60_000, ...responseUrl };
  const workspace: Workspace = {
    world,
    upstream,
    messages,
    files,
    views,
    sockets,
    deliveries,
    changes,
    scopes,
    echo,
    triggers: createTriggers(triggerMs),
    responseUrls: createResponseUrls(url, limits, { upstream, messages, world }),
    payloads: createPayloads(world),
  };
  front.serve({ workspace, api: createWebApi(workspace, TOKENS), trace, faults, tokens: TOKENS, downloads });

  function dump(): string {
    const said = messages.all().map(({ channel, threadTs, ts, text, ephemeralTo }) => {
      const place = `${channel}${threadTs === null ? "" : ` in ${threadTs}`}${ephemeralTo === null ? "" : ` to ${ephemeralTo}`}`;
      return `  ${ts} ${place}: ${text.slice(0, 100)}`;
    });
    const calls = trace
      .calls()
      .map(({ method, outcome }) => `${method} ${outcome?.error ?? outcome?.status ?? "…"}`);
    return [`messages:`, ...said.slice(-15), `calls: ${calls.slice(-15).join(", ")}`].join("\n");
  }

  return {
    ...createPeople(workspace),
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
    dm: (name) => world.directMessages(name).id,
    invite: (channel) => world.invite(world.channel(channel)),
    useHttp: deliveries.useHttp,
    redeliver: deliveries.redeliver,
    deliveries: deliveries.all,
    disconnect: sockets.disconnect,
    drop: sockets.drop,
    connections: sockets.connections,
    fail: (method, ...wanted) => faults.add(method, wanted),
    redirectDownloads(origin) {
      downloads.redirectTo = origin;
    },
    messages: (channel) => messages.inChannel(world.channel(channel).id),
    thread: (channel, ts) => messages.inThread(world.channel(channel).id, ts),
    ephemeral: (user) => messages.ephemeral(world.person(user).id),
    views: (user) => views.of(world.person(user).id),
    openView: (user) => views.of(world.person(user).id).findLast(({ isOpen }) => isOpen),
    home: (user) => views.home(world.person(user).id),
    calls: trace.calls,
    until: changes.until,
    async stop() {
      deliveries.stop();
      changes.stop();
      await sockets.stop();
      await front.stop();
      await upstream.stop();
    },
  };
}
