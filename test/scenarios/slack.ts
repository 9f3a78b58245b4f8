import { expect } from "vitest";

import { freePort } from "../free-port.ts";
import {
  buttonsOf,
  rateLimited,
  type SeenMessage as SlackMessage,
  serverError,
  type Slack,
  type SlackOptions,
  startSlack,
  textOf,
} from "../standins/slack/slack.ts";
import type {
  ChannelOptions,
  Deed,
  Done,
  Fault,
  Platform,
  Pressing,
  SayOptions,
  Seeing,
  SeenMessage,
  Settings,
  Shown,
  Troubles,
  World,
  Writing,
} from "./platform.ts";

/** How Slack reaches the bot. */
export type Transport = "socket" | "http";

/** Slack as the scenarios see it, and the stand-in behind it for what only Slack has. */
export interface SlackPlatform extends Platform {
  readonly slack: Slack;
}

type SlackFault = Parameters<Slack["fail"]>[1];
/** Looks at a message as the scenarios see it. */
type Eye = (message: SlackMessage) => SeenMessage;

type Did = Awaited<ReturnType<Slack["click"]>>;

/** Slack gives 3 s; a machine that runs other tests besides may take longer, and a test of that says so itself. */
const PATIENT = { ackMs: 15_000, triggerMs: 15_000 };

/** Only what fails takes so long: machines that run tests are busy. */
const PATIENCE_MS = 20_000;

const METHODS: Readonly<Record<Deed, string>> = {
  post: "chat.postMessage",
  edit: "chat.update",
  upload: "files.completeUploadExternal",
};

/** Text that would mention, link and mark up, were it taken as Slack's own. */
export const SLACK_EVIL =
  "<!channel> <@U0000EVIL> @here *bold* _it_ `code` :skull: <http://evil-link.com|click> evil-name.com &lt;!here&gt; \u202Egnp.exe";

const SHORTCUT = "check_with_vtip";

/** A Slack with nobody but its people in it yet. */
export async function openSlack(
  transport: Transport,
  channels?: readonly ChannelOptions[],
  options: SlackOptions = {},
): Promise<SlackPlatform> {
  const standin = await startSlack({
    users: ["alice", "bob", "carol", "dave"],
    ...PATIENT,
    ...(channels !== undefined && {
      channels: channels.map(({ name, isClosed = false }) => ({ name, botIsMember: !isClosed })),
    }),
    ...options,
  });
  const slack: Slack = {
    ...standin,
    until: (look, what, withinMs = PATIENCE_MS) => standin.until(look, what, withinMs),
  };
  const toSeen = createEye(slack);
  return {
    slack,
    name: "slack",
    words: { help: /plan <anything>/, invite: "/invite @vtip" },
    ...createSettings(slack, transport),
    ...createWorld(slack),
    ...createWriting(slack, toSeen),
    ...createPressing(slack),
    ...createSeeing(slack, toSeen),
    ...createTroubles(slack),
    until: slack.until,
    stop: slack.stop,
  };
}

function createSettings(slack: Slack, transport: Transport): Settings {
  const wrong = { env: { SLACK_BOT_TOKEN: "xoxb-wrong" }, variable: "SLACK_BOT_TOKEN" };
  const wrongApp = { env: { SLACK_APP_TOKEN: "xapp-wrong" }, variable: "SLACK_APP_TOKEN" };
  return {
    env: async () => ({
      SLACK_API_URL: slack.apiUrl,
      SLACK_BOT_TOKEN: slack.botToken,
      ...(transport === "socket" ? { SLACK_APP_TOKEN: slack.appToken } : await listenOverHttp(slack)),
    }),
    refused: transport === "socket" ? [wrong, wrongApp] : [wrong],
  };
}

async function listenOverHttp(slack: Slack): Promise<Readonly<Record<string, string>>> {
  const port = await freePort();
  slack.useHttp(`http://127.0.0.1:${port}/slack/events`);
  return { SLACK_SIGNING_SECRET: slack.signingSecret, SLACK_PORT: String(port) };
}

function createWorld(slack: Slack): World {
  return {
    people: slack.world.people.map(({ name }) => name),
    places: () => slack.world.channels.map(({ id }) => id),
    idOf: (person) => `slack:${slack.user(person)}`,
    group: "slack:S0ANALYSTS",
    watched: (channel) => `slack:${slack.channel(channel)}`,
    watchedBot: "slack:B0SIEM",
    dm: slack.dm,
    conversationsIn: (channel) => `slack:${slack.channel(channel)}:`,
    conversationUnder: ({ place, id }, person) => `slack:${place}:${id}:${slack.user(person)}`,
    letIn: slack.invite,
  };
}

function createWriting(slack: Slack, toSeen: Eye): Writing {
  const toSaid = (said: Did & { readonly message: SlackMessage }) => ({
    ...toDone(slack, said),
    message: toSeen(said.message),
  });
  return {
    message: async (by, place, text, how) => toSaid(await slack.message(by, place, text, toOptions(how))),
    mention: async (by, place, text, how) => toSaid(await slack.mention(by, place, text, toOptions(how))),
    direct: async (by, text, how) => toSaid(await slack.direct(by, text, toOptions(how))),
    async edit(by, message, text) {
      await slack.edit(by, toSlack(message), text);
    },
    async strangers(place, text) {
      const said = [
        await slack.message("alice", place, text, { bot: "B0OTHER" }),
        await slack.message("alice", place, text, { bot: { app: "B0OTHER" } }),
        await slack.message("alice", place, text, { subtype: "channel_topic" }),
      ];
      return said.map(({ message }) => toSeen(message));
    },
    async alert(place, [first, second, third, fourth]) {
      const link = `<http://${second}|${second}>`;
      const { message } = await slack.message("dave", place, `alert ${first}`, {
        bot: "B0SIEM",
        attachments: [{ title: "Beacon", text: `to ${link}`, fields: [{ title: "src", value: third }] }],
        blocks: [{ type: "section", text: { type: "mrkdwn", text: `from *${fourth}*` } }],
      });
      return toSeen(message);
    },
  };
}

function createPressing(slack: Slack): Pressing {
  return {
    canCommand: () => true,
    command: async (by, place, words) => toDone(slack, await slack.slash(by, place, words)),
    shortcut: async (by, message) => toDone(slack, await slack.shortcut(by, toSlack(message), SHORTCUT)),
    click: async (by, message, label) => toDone(slack, await slack.click(by, toSlack(message), label)),
    async choose(by, card) {
      const before = slack.views(by).map(({ view }) => view.id);
      await slack.click(by, toSlack(card), "Choose…");
      const form = await slack.until(() => {
        const open = slack.openView(by);
        return open === undefined || before.includes(open.view.id) ? undefined : open;
      }, "the form");
      return {
        text: textOf(form.view),
        async send(picked) {
          await slack.submit(by, form, { ...picked });
        },
      };
    },
    choices: (person) => slack.views(person).length,
    isChoosing: (person) => slack.openView(person) !== undefined,
    async openStartPage(by) {
      await slack.openHome(by);
      await slack.until(() => slack.home(by), "the page");
    },
  };
}

/** As the stand-in knows it: it looks up the rest. */
function toSlack({ place, id }: SeenMessage): SlackMessage {
  return { channel: place, ts: id } as SlackMessage;
}

function toDone(slack: Slack, { ack, deliveries }: Did): Done {
  return {
    isTaken: ack.ok,
    async again() {
      const acks = await Promise.all(deliveries.map((delivery) => slack.redeliver(delivery)));
      return acks.every(({ ok }) => ok);
    },
  };
}

function toOptions({ files = [], thread }: SayOptions = {}) {
  return { files, ...(thread !== undefined && { thread: thread.id }) };
}

/** Messages as the scenarios see them: each looked at once, however often somebody waits for something in it. */
function createEye(slack: Slack): Eye {
  const known = new WeakMap<object, SeenMessage>();
  const texts = new WeakMap<object, string>();

  function textAt(version: SlackMessage["versions"][number]): string {
    const text = texts.get(version) ?? textOf(version);
    texts.set(version, text);
    return text;
  }

  function look(message: SlackMessage): SeenMessage {
    const { ts, channel, threadTs, files, versions, blocks } = message;
    return {
      id: ts,
      place: channel,
      under: threadTs,
      text: textOf(message),
      buttons: buttonsOf(message).map(({ label }) => label),
      files: files.map(({ name, bytes }) => ({ name, bytes })),
      names: namesIn(slack, JSON.stringify(blocks)),
      versions: versions.map((version) => ({
        atMs: version.atMs,
        get text() {
          return textAt(version);
        },
      })),
    };
  }

  return (message) => {
    const seen = known.get(message) ?? look(message);
    known.set(message, seen);
    return seen;
  };
}

function namesIn({ world }: Slack, blocks: string): readonly string[] {
  const ids = [...blocks.matchAll(/<(?:@|!subteam\^)(\w+)[|>]|"(?:user_id|usergroup_id)":"(\w+)"/g)].map(
    ([, marked, element]) => marked ?? element,
  );
  const people = world.people.filter(({ id }) => ids.includes(id)).map(({ name }) => name);
  const groups = world.groups.filter(({ id }) => ids.includes(id)).map(({ handle }) => handle);
  return [...people, ...groups];
}

function createSeeing(slack: Slack, toSeen: Eye): Seeing {
  return {
    messages: (place) => slack.messages(place).map(toSeen),
    under: ({ place, id, under }) =>
      slack
        .thread(place, under ?? id)
        .slice(1)
        .map(toSeen),
    alone: (person) => slack.ephemeral(person).map(toSeen),
    linkTo: ({ id }) => `p${id.replace(".", "")}`,
    shown: () => show(slack),
    pings: () => ownMessages(slack).filter(isLoud).map(toSeen),
    expectHarmless: () => expectHarmless(slack),
  };
}

function show(slack: Slack): Shown {
  const { markup, plain } = sent(slack);
  const links = markup.flatMap((text) =>
    [...text.matchAll(/<(http[^|>]*)\|([^>]*)>/g)].map(([, url = "", text = ""]) => ({ url, text })),
  );
  const unlinked = markup.map((text) => text.replaceAll(/<[^>]*>/g, ""));
  return {
    links,
    text: [...unlinked, ...plain].join("\n"),
    prose: unlinked.map((text) => text.replaceAll(/`[^`]*`/g, "")).join("\n"),
  };
}

function ownMessages({ world, messages, thread, botId }: Slack): readonly SlackMessage[] {
  const heads = world.channels.flatMap(({ id }) => messages(id));
  return heads.flatMap(({ channel, ts }) => thread(channel, ts)).filter((message) => message.botId === botId);
}

function isLoud({ text, blocks }: SlackMessage): boolean {
  return /<!(?:channel|here|everyone)|"broadcast"/.test(text + JSON.stringify(blocks));
}

function expectHarmless(slack: Slack): void {
  const { markup, plain } = sent(slack);
  const people = slack.world.people.map(({ id }) => `<@${id}>`);
  const tags = new Set(markup.flatMap((text) => text.match(/<[^>]*>/g) ?? []));
  for (const tag of tags) {
    if (people.includes(tag)) continue;
    expect(tag).toMatch(
      /^<(?:https:\/\/www\.virustotal\.com\/gui\/|http:\/\/127\.0\.0\.1:\d+\/archives\/)[^|>]*\|(?:VirusTotal|S-\w{4})>$/,
    );
  }
  const all = [...markup, ...plain].join("\n");
  expect(all).toContain("skull");
  expect(all).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/u);
  for (const text of markup) expect(text).not.toMatch(/\*bold\*|_it_|`code`|:skull:|<!/u);
  expect(JSON.stringify(slack.calls().map(({ args }) => args))).not.toMatch(
    /"type":"(?:broadcast|emoji|channel|usergroup)"/,
  );
  for (const { args } of slack.calls("chat.postMessage")) {
    expect(args).toMatchObject({ unfurl_links: "false", unfurl_media: "false" });
    expect(args).not.toHaveProperty("link_names");
    expect(args).not.toHaveProperty("parse");
  }
  for (const block of JSON.stringify(slack.calls().map(({ args }) => args["blocks"])).matchAll(
    /\{"type":"mrkdwn"[^{}]*\}/g,
  )) {
    expect(block[0]).toContain('"verbatim":true');
  }
}

/** Everything that the bot sent to be shown, as Slack got it: texts with mark-up, and those that Slack reads none in. */
function sent(slack: Slack): { readonly markup: readonly string[]; readonly plain: readonly string[] } {
  const markup: string[] = [];
  const plain: string[] = [];
  function read(value: unknown): void {
    if (Array.isArray(value)) return value.forEach(read);
    if (typeof value !== "object" || value === null) return;
    const { type, text } = value as { readonly type?: unknown; readonly text?: unknown };
    if (typeof text === "string") (type === "mrkdwn" || type === undefined ? markup : plain).push(text);
    for (const part of Object.values(value)) read(part);
  }
  for (const { args } of slack.calls()) {
    for (const name of ["text", "initial_comment"]) {
      if (typeof args[name] === "string") markup.push(args[name]);
    }
    read(args["blocks"]);
    read(args["view"]);
  }
  return { markup, plain };
}

function createTroubles(slack: Slack): Troubles {
  return {
    fail: (deed, ...faults) => slack.fail(METHODS[deed], ...faults.map(toSlackFault)),
    tries: (deed) =>
      slack
        .calls(METHODS[deed])
        .map(({ atMs, outcome }) => ({ atMs, isTaken: outcome === null ? null : outcome.ok })),
    fetches: () => slack.calls("download").length,
    failConnecting: () => slack.fail("apps.connections.open", serverError(500)),
    cuts: [
      { how: "refreshed", cut: () => slack.disconnect("refresh_requested", 0) },
      { how: "warned", cut: () => slack.disconnect("warning", 1) },
      { how: "dropped", cut: () => slack.drop(0) },
    ],
    isHeard: () => slack.connections() > 0,
    isWhole: () => slack.connections() === 2,
  };
}

function toSlackFault({ when, ...fault }: Fault): SlackFault {
  const which = when === undefined ? {} : { when: ({ args }: { args: object }) => when(textIn(args)) };
  switch (fault.answer) {
    case "rate limited":
      return { ...rateLimited(fault.seconds), ...which };
    case "server error":
      return {
        ...serverError(fault.status),
        ...which,
        ...(fault.takesEffect === true && { takesEffect: true }),
      };
    case "cut":
      return { answer: "reset", ...which, ...(fault.takesEffect === true && { takesEffect: true }) };
    case "late":
      return { answer: "late", delayMs: fault.delayMs, ...which };
  }
}

function textIn(args: object): string {
  return "text" in args ? JSON.stringify(args.text) : "";
}
