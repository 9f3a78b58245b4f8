import type { SlashCommand } from "@slack/bolt";

import type { Ack } from "../test/standins/slack/ack.ts";
import type { Args } from "../test/standins/slack/args.ts";
import { createDeliveries } from "../test/standins/slack/deliveries.ts";
import { createDownloads } from "../test/standins/slack/downloads.ts";
import { createFaults } from "../test/standins/slack/faults.ts";
import type { Files } from "../test/standins/slack/files.ts";
import { startFront } from "../test/standins/slack/front.ts";
import { createMessages, type Messages } from "../test/standins/slack/messages.ts";
import { complete } from "../test/standins/slack/options.ts";
import { createPayloads } from "../test/standins/slack/payloads.ts";
import { createPressing, type Pressing } from "../test/standins/slack/pressing.ts";
import { createResponseUrls } from "../test/standins/slack/response-urls.ts";
import { createSocketMode } from "../test/standins/slack/socket-mode.ts";
import type { Trace } from "../test/standins/slack/trace.ts";
import { createTriggers } from "../test/standins/slack/triggers.ts";
import { createViews } from "../test/standins/slack/views.ts";
import { createWebApi } from "../test/standins/slack/web-api.ts";
import type { Workspace } from "../test/standins/slack/workspace.ts";
import { readWorld } from "../test/standins/slack/world.ts";
import { createForgetfulUpstream } from "./forgetful-upstream.ts";

/** The stand-in for Slack of the tests, which forgets what the bot tells it once somebody has heard of it. */
export interface ForgetfulSlack extends Pick<Pressing, "slash"> {
  /** A command as Slack would send it. */
  toCommand(text: string): SlashCommand;
  /** Sends over Socket Mode what was made by `toCommand`. */
  send(command: SlashCommand): Promise<Ack>;
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  /** From now on commands come over HTTP to this address. */
  useHttp(url: string): void;
}

/** Hears of every call of the bot when it has come in as a whole; `atMs` is of this process's `performance.now`. */
export type OnCall = (method: string, args: Args, atMs: number) => void;

const APP = { name: "vtip", appId: "A0VTIP", botId: "B0VTIP", userId: "U0VTIP" };
const TOKENS = { bot: "xoxb-standin-bot", app: "xapp-standin-app" };
const SIGNING_SECRET = "standin signing secret";
/** Messages that somebody may still hang a reply under. */
const MOST_MESSAGES = 2000;

export async function startForgetfulSlack(onCall: OnCall): Promise<ForgetfulSlack> {
  const settings = complete({ users: ["alice"], channels: [{ name: "triage" }], groups: {} });
  const front = await startFront();
  const url = `http://${front.host}`;
  const upstream = createForgetfulUpstream(url, APP);
  const world = await readWorld(upstream, APP, settings.channels, settings.groups);
  const files = forgetfulFiles();
  const messages = forgetfulMessages(files);
  const sockets = createSocketMode(front.host, APP.appId, ignore);
  const deliveries = createDeliveries(sockets, SIGNING_SECRET, settings, ignore);
  const workspace: Workspace = {
    world,
    upstream,
    messages,
    files,
    views: createViews(ignore),
    sockets,
    deliveries,
    scopes: settings.scopes,
    echo: settings.echo,
    triggers: createTriggers(settings.triggerMs),
    responseUrls: createResponseUrls(url, settings.responseUrl, { upstream, messages, world }),
    payloads: createPayloads(world),
  };
  const api = createWebApi(workspace, TOKENS);
  const trace = hearingTrace(onCall);
  front.serve({
    workspace,
    api,
    trace,
    faults: createFaults(),
    tokens: TOKENS,
    downloads: createDownloads(),
  });
  const place = { person: world.person("alice"), channel: world.channel("triage") };
  return {
    slash: createPressing(workspace).slash,
    toCommand(text) {
      const keys = {
        trigger_id: workspace.triggers.mint(place.person),
        response_url: workspace.responseUrls.mint(place),
      };
      return workspace.payloads.slash(place.person, place.channel, "/vtip", text, keys);
    },
    send: (payload) =>
      sockets.send({ type: "slash_commands", payload, accepts_response_payload: true }, settings.ackMs),
    apiUrl: `${url}/api`,
    botToken: TOKENS.bot,
    appToken: TOKENS.app,
    signingSecret: SIGNING_SECRET,
    useHttp: deliveries.useHttp,
  };
}

function ignore(): void {
  // Nobody waits for a change here.
}

function forgetfulFiles(): Files {
  return {
    upload: async () => ({ status: 200, text: "OK" }),
    async share() {
      throw new Error("nobody shares files here");
    },
    seen: ({ id, name, title, mimetype }) => ({ id, name, title, mimetype, bytes: Buffer.alloc(0) }),
  };
}

function forgetfulMessages(files: Files): Messages {
  const messages = createMessages(files.seen, ignore);
  const kept: { readonly channel: string; readonly ts: string }[] = [];
  return {
    ...messages,
    put(channel, raw, ephemeralTo) {
      const message = messages.put(channel, raw, ephemeralTo);
      kept.push({ channel, ts: raw.ts });
      const oldest = kept.length > MOST_MESSAGES ? kept.shift() : undefined;
      if (oldest !== undefined) messages.remove(oldest.channel, oldest.ts);
      return message;
    },
  };
}

function hearingTrace(onCall: OnCall): Trace {
  return {
    begin(method, args, authorization) {
      onCall(method, args, performance.now());
      return { method, args, authorization, atMs: Date.now(), outcome: null };
    },
    end: ignore,
    calls: () => [],
  };
}
