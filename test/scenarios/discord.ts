import { expect } from "vitest";

import {
  buttonsOf,
  type Discord,
  type DiscordOptions,
  menusOf,
  rateLimited,
  type SeenMessage as DiscordMessage,
  type SeenModal,
  serverError,
  startDiscord,
  textOf,
} from "../standins/discord/discord.ts";
import type {
  ChannelOptions,
  Choice,
  Deed,
  Done,
  Fault,
  Picked,
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

type DiscordFault = Parameters<Discord["fail"]>[1];
type Call = ReturnType<Discord["calls"]>[number];
type Did = Awaited<ReturnType<Discord["click"]>>;

/** Looks at a message as the scenarios see it. */
type Eye = (message: DiscordMessage) => SeenMessage;

/** Discord gives 3 s; a machine that runs other tests besides may take longer, and a test of that says so itself. */
const PATIENT = { ackMs: 15_000 };

/** Only what fails takes so long: machines that run tests are busy. */
const PATIENCE_MS = 20_000;

const POST = "POST /channels/:id/messages";
const ROUTES: Readonly<Record<Deed, string>> = {
  post: POST,
  edit: "PATCH /channels/:id/messages/:id",
  upload: POST,
};

const SHORTCUT = "Check with vtip";

/** Text that would mention, link and mark up, were it taken as Discord's own. */
export const DISCORD_EVIL =
  "@everyone <@110000000000000099> <@&150000000000000001> **bold** _it_ ~~strike~~ ||spoil|| `code` :skull: <t:1:R> " +
  "</vtip:1> [click](http://evil-link.com) <https://evil-auto.com> discord.gg/evil evil-name.com \u202Egnp.exe";

/** Discord as the scenarios see it, and the stand-in behind it for what only Discord has. */
export interface DiscordPlatform extends Platform {
  readonly discord: Discord;
}

/** A Discord with nobody but its people in it yet. */
export async function openDiscord(
  channels?: readonly ChannelOptions[],
  options: DiscordOptions = {},
): Promise<DiscordPlatform> {
  const standin = await startDiscord({
    ...PATIENT,
    ...(channels !== undefined && {
      channels: channels.map(({ name, isClosed = false }) => ({ name, botMaySend: !isClosed })),
    }),
    ...options,
  });
  const discord: Discord = {
    ...standin,
    until: (look, what, withinMs = PATIENCE_MS) => standin.until(look, what, withinMs),
  };
  const toSeen = createEye(discord);
  return {
    discord,
    name: "discord",
    words: { help: /\/vtip-plan/, invite: "invite me to this channel" },
    ...createSettings(discord),
    ...createWorld(discord),
    ...createWriting(discord, toSeen),
    ...createPressing(discord),
    ...createSeeing(discord, toSeen),
    ...createTroubles(discord),
    until: discord.until,
    stop: discord.stop,
  };
}

function createSettings(discord: Discord): Settings {
  return {
    env: async () => ({ DISCORD_API_URL: discord.apiUrl, DISCORD_TOKEN: discord.token }),
    refused: [{ env: { DISCORD_TOKEN: "wrong.token" }, variable: "DISCORD_TOKEN" }],
  };
}

function createWorld(discord: Discord): World {
  const { guildId } = discord;
  return {
    people: discord.world.people.map(({ name }) => name),
    places: () => [
      ...discord.world.channels.map(({ id }) => id),
      ...discord.world.people.map(({ name }) => discord.dm(name)),
    ],
    idOf: (person) => `discord:${discord.user(person)}`,
    group: `discord:role:${discord.role("analysts")}`,
    watched: (channel) => `discord:${discord.channel(channel)}`,
    watchedBot: `discord:${discord.bot("SIEM")}`,
    dm: discord.dm,
    conversationsIn: (channel) => `discord:${guildId}:${discord.channel(channel)}:`,
    conversationUnder: ({ place, id }, person) =>
      `discord:${guildId}:${place}:m${id}:${discord.user(person)}`,
    letIn: discord.invite,
  };
}

function createWriting(discord: Discord, toSeen: Eye): Writing {
  const toSaid = ({ message }: { readonly message: DiscordMessage }) => ({
    isTaken: true,
    async again() {
      discord.redeliverMessage(message);
      return true;
    },
    message: toSeen(message),
  });
  return {
    message: async (by, place, text, how) => toSaid(await discord.message(by, place, text, toOptions(how))),
    mention: async (by, place, text, how) => toSaid(await discord.mention(by, place, text, toOptions(how))),
    direct: async (by, text, how) => toSaid(await discord.direct(by, text, toOptions(how))),
    async edit(by, message, text) {
      await discord.edit(by, toDiscord(message), text);
    },
    async strangers(place, text) {
      const said = [
        await discord.message("alice", place, text, { bot: "other" }),
        await discord.message("alice", place, text, { webhook: "hook" }),
      ];
      return said.map(({ message }) => toSeen(message));
    },
    async alert(place, [first, second, third, fourth]) {
      const embed = {
        title: "Beacon",
        description: `to [${second}](http://${second})`,
        fields: [{ name: "src", value: third }],
        footer: { text: `from ${fourth}` },
      };
      const how = { bot: "SIEM", embeds: [embed] };
      return toSeen((await discord.message("dave", place, `alert ${first}`, how)).message);
    },
  };
}

function toOptions({ files = [], thread }: SayOptions = {}) {
  return { files, ...(thread !== undefined && { thread: thread.id }) };
}

function given(name: string, value: string): Readonly<Record<string, string>> {
  return value === "" ? {} : { [name]: value };
}

/** `/vtip why 1.2.3.4` as Discord has it: a command of its own, and its options. */
function toCommand(words: string): {
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
} {
  const [, first = "", rest = ""] = /^(\S*)\s*([^]*)$/.exec(words) ?? [];
  const request = first.toLowerCase();
  switch (request) {
    case "help":
    case "quota":
    case "blocklist":
    case "scans":
      return { name: `vtip-${request}`, options: {} };
    case "plan":
      return { name: "vtip-plan", options: given("indicators", rest) };
    case "why":
      return { name: "vtip-why", options: given("ip", rest) };
    case "cancel":
      return { name: "vtip-cancel", options: given("scan", rest) };
    case "unblock": {
      const [, ip = "", reason = ""] = /^(\S*)\s*([^]*)$/.exec(rest) ?? [];
      return { name: "vtip-unblock", options: { ...given("ip", ip), ...given("reason", reason) } };
    }
    default:
      return { name: "vtip", options: given("indicators", words) };
  }
}

function createPressing(discord: Discord): Pressing {
  return {
    // Discord asks for these before it sends anything.
    canCommand: (words) => !["why", "unblock", "cancel"].includes(words.trim().toLowerCase()),
    async command(by, place, words) {
      const { name, options } = toCommand(words);
      return toDone(discord, await discord.slash(by, place, name, options));
    },
    shortcut: async (by, message) =>
      toDone(discord, await discord.shortcut(by, toDiscord(message), SHORTCUT)),
    click: async (by, message, label) => toDone(discord, await discord.click(by, toDiscord(message), label)),
    async choose(by, card) {
      const before = menusFor(discord, by).map(({ id }) => id);
      await discord.click(by, toDiscord(card), "Choose…");
      const menus = await discord.until(
        () => menusFor(discord, by).find(({ id }) => !before.includes(id)),
        "the menus",
      );
      return toChoice(discord, by, menus);
    },
    choices: (person) =>
      discord.modals(person).length +
      discord.ephemeral(person).filter(({ versions }) => versions.some(hasMenus)).length,
    isChoosing: (person) => discord.openModal(person) !== undefined || menusFor(discord, person).length > 0,
  };
}

function hasMenus(message: Pick<DiscordMessage, "components">): boolean {
  return menusOf(message).length > 0;
}

function menusFor(discord: Discord, person: string): readonly DiscordMessage[] {
  return discord.ephemeral(person).filter(hasMenus);
}

/** Menus in a message that one person sees, a button below, and a window for what is written. */
function toChoice(discord: Discord, by: string, menus: DiscordMessage): Choice {
  async function tick(ips: readonly string[]): Promise<void> {
    for (const [at, { options }] of menusOf(menus).entries()) {
      const values = options.map(({ value }) => value).filter((value) => ips.includes(value));
      const { ack } = await discord.pick(by, menus, at, values);
      // Who sees that it failed does not go on as if it had not.
      if (!ack.ok) throw new Error("what was ticked was not taken");
    }
  }

  async function openWindow(): Promise<SeenModal> {
    // The window's button is named as the deed, with how many are ticked.
    const deed = /^(?:Block|Extend)/;
    const [label = ""] = buttonsOf(menus).flatMap((button) => deed.exec(button.label ?? "")?.[0] ?? []);
    await discord.click(by, menus, label);
    return discord.until(() => discord.openModal(by), "the window");
  }

  return {
    text: textOf(menus),
    async send({ ips, days, reason }: Picked) {
      if (ips !== undefined) await tick(ips);
      await discord.submit(by, await openWindow(), {
        ...(days !== undefined && { days }),
        ...(reason !== undefined && { reason }),
      });
    },
  };
}

/** As the stand-in knows it: it looks up the rest. */
function toDiscord({ place, id }: SeenMessage): DiscordMessage {
  return { channel: place, id } as DiscordMessage;
}

function toDone(discord: Discord, { ack, interaction }: Did): Done {
  return {
    isTaken: ack.ok,
    async again() {
      discord.redeliver(interaction);
      return true;
    },
  };
}

/** Messages as the scenarios see them: each looked at once, however often somebody waits for something in it. */
function createEye({ world }: Discord): Eye {
  const known = new WeakMap<object, SeenMessage>();
  const texts = new WeakMap<object, string>();

  function textAt(version: DiscordMessage["versions"][number]): string {
    const text = texts.get(version) ?? textOf(version);
    texts.set(version, text);
    return text;
  }

  function look(message: DiscordMessage): SeenMessage {
    const { id, channel, threadOf, files, versions, components } = message;
    const ids = [...JSON.stringify(components).matchAll(/<@&?(\d+)>/g)].map(([, one]) => one);
    return {
      id,
      place: channel,
      under: threadOf,
      text: textOf(message),
      buttons: buttonsOf(message).map(({ label, emoji }) =>
        emoji === undefined ? label : `${emoji} ${label}`,
      ),
      files: files.map(({ name, bytes }) => ({ name, bytes })),
      names: [...world.people, ...world.guild.roles]
        .filter((one) => ids.includes(one.id))
        .map(({ name }) => name),
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

function createSeeing(discord: Discord, toSeen: Eye): Seeing {
  const open = (place: string) => discord.messages(place).filter((message) => !isNote(discord, message));
  const isDirect = (place: string) => discord.world.findPlace(place)?.kind === "direct";

  function underInDirect({ place, id }: SeenMessage): readonly DiscordMessage[] {
    const all = discord.messages(place);
    const itself = all.find((one) => one.id === id);
    const root = itself === undefined ? id : rootOf(all, itself);
    return all.filter((one) => one.id !== root && rootOf(all, one) === root);
  }

  return {
    messages(place) {
      const here = open(place);
      const heads = isDirect(place) ? here.filter(({ reference }) => reference === null) : here;
      return heads.map(toSeen);
    },
    under(message) {
      const under = isDirect(message.place)
        ? underInDirect(message)
        : discord.world.findPlace(message.under ?? message.id) === undefined
          ? []
          : open(message.under ?? message.id);
      return under.map(toSeen);
    },
    alone: (person) =>
      [...discord.ephemeral(person).filter(({ isThinking }) => !isThinking), ...notesTo(discord, person)].map(
        toSeen,
      ),
    linkTo: ({ place, id }) => `/${place}/${id}`,
    shown: () => show(discord),
    pings: () => discord.pings().map(({ message }) => toSeen(message)),
    expectHarmless: () => expectHarmless(discord),
  };
}

/** The message at the top of the replies among which this one stands. */
function rootOf(all: readonly DiscordMessage[], { id, reference }: DiscordMessage): string {
  const answered = all.find((one) => one.id === reference);
  return answered === undefined ? id : rootOf(all, answered);
}

/** Replies to who wrote a message, where Discord lets nothing be told to one alone. */
function notesTo(discord: Discord, person: string): readonly DiscordMessage[] {
  const { world } = discord;
  const places = [...world.channels, ...world.threads()].map(({ id }) => id);
  const all = places.flatMap((place) => discord.messages(place));
  const direct = discord.messages(discord.dm(person)).filter(({ reference }) => reference === null);
  return [...all, ...direct].filter(
    (message) =>
      isNote(discord, message) &&
      (message.reference === null ||
        all.find(({ id }) => id === message.reference)?.author === discord.user(person)),
  );
}

/** Below it are the numbers that Discord gives to components; what is looked for later has a larger one. */
const LARGEST_GIVEN = 1000;

/** What the bot says in passing: in direct messages it hangs under a request as everything else does. */
function isNote({ world, botUserId }: Discord, message: DiscordMessage): boolean {
  const { author, versions, channel, reference } = message;
  const isKept = (versions[0]?.components[0]?.id ?? 0) > LARGEST_GIVEN;
  const isReplyInDirect = reference !== null && world.findPlace(channel)?.kind === "direct";
  return author === botUserId && !isKept && !isReplyInDirect;
}

/** What the bot gave Discord to show: texts with mark-up, and those that Discord reads none in. */
function sent(discord: Discord): { readonly markup: readonly string[]; readonly plain: readonly string[] } {
  const markup: string[] = [];
  const plain: string[] = [];
  function read(value: unknown): void {
    if (Array.isArray(value)) return value.forEach(read);
    if (typeof value !== "object" || value === null) return;
    for (const [key, part] of Object.entries(value)) {
      if (typeof part !== "string") read(part);
      else if (key === "content") markup.push(part);
      else if (["label", "description", "placeholder", "title", "name", "filename", "value"].includes(key))
        plain.push(part);
    }
  }
  for (const { route, body } of discord.calls()) if (!route.endsWith("/commands")) read(body);
  return { markup, plain };
}

const CODE = /(?<![\\`])(`+)(?!`)[^]*?[^`]\1(?!`)/g;
const LINK = /(?<!\\)\[((?:\\.|[^\]\\\n])*)\]\(<([^<>\s]*)>\)/g;

function show(discord: Discord): Shown {
  const { markup, plain } = sent(discord);
  const links = markup.flatMap((text) =>
    [...text.matchAll(LINK)].map(([, text = "", url = ""]) => ({ url, text })),
  );
  const unlinked = markup.map((text) => text.replaceAll(LINK, "$1"));
  return {
    links,
    text: [...unlinked.map(toRead), ...plain].join("\n"),
    prose: unlinked.map((text) => toRead(text.replaceAll(CODE, ""))).join("\n"),
  };
}

function toRead(text: string): string {
  return text.replaceAll(/\\([!-/:-@[-`{-~])/g, "$1").replaceAll("\u2060", "");
}

function expectHarmless(discord: Discord): void {
  const { markup } = sent(discord);
  const people = [...discord.world.people, ...discord.world.guild.roles].map(({ id }) => id);
  for (const text of markup) {
    const live = text
      .replaceAll(CODE, "")
      .replaceAll(/\\[!-/:-@[-`{-~]/g, "")
      .replaceAll(
        /\[(?:VirusTotal|S-\w{4})\]\(<https:\/\/(?:www\.virustotal\.com\/gui|discord\.com\/channels)\/[^<>\s]*>\)/g,
        "",
      );
    expect(live).not.toMatch(
      /\*\*bold|_it_|~~strike|\|\|spoil|:skull:|<t:\d|<\/\w|@everyone|@here|\]\(|discord\.gg|https?:\/\//,
    );
    for (const [, id] of live.matchAll(/<(?:@[!&]?|#|a?:\w+:)(\d+)/g)) expect(people).toContain(id);
  }
  const messages = discord.calls().filter(({ route, body }) => isMessage(route) && "components" in body);
  expect(messages.length).toBeGreaterThan(5);
  for (const { body } of messages) {
    expect(body).toMatchObject({ allowed_mentions: { parse: [] } });
    expect(body).not.toHaveProperty("content");
    expect(body).not.toHaveProperty("embeds");
  }
}

function isMessage(route: string): boolean {
  return /^(?:POST|PATCH) \/(?:channels\/:id\/messages|webhooks)/.test(route) && !route.endsWith("/threads");
}

function createTroubles(discord: Discord): Troubles {
  return {
    fail: (deed, ...faults) =>
      discord.fail(ROUTES[deed], ...faults.map((fault) => toDiscordFault(fault, deed))),
    tries: (deed) =>
      discord
        .calls(ROUTES[deed])
        .filter((call) => isDeed(deed, call))
        .map(({ atMs, outcome }) => ({ atMs, isTaken: outcome === null ? null : outcome.ok })),
    fetches: () => discord.calls("download").length,
    failConnecting: () => discord.fail("GET /gateway/bot", serverError(500)),
    cuts: [
      { how: "asked to reconnect", cut: discord.disconnect },
      { how: "dropped", cut: discord.drop },
      { how: "closed", cut: () => discord.closeGateway(4000) },
    ],
    isHeard: () => discord.connections() > 0 && discord.commands().length > 0,
    isWhole: () => discord.connections() === 1,
  };
}

/** Posts and uploads go the same way. */
function isDeed(deed: Deed, { files }: Call): boolean {
  return deed === "edit" || files.length > 0 === (deed === "upload");
}

function toDiscordFault({ when, ...fault }: Fault, deed: Deed): DiscordFault {
  const which = {
    when: (call: Call) => isDeed(deed, call) && (when === undefined || when(JSON.stringify(call.body))),
  };
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
