import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Workbook } from "exceljs";
import { afterAll, beforeAll, onTestFinished, vi } from "vitest";

import { systemClock } from "../../src/clock.ts";
import { startStandin, type Standin, type StandinOptions } from "../../src/demo/standin.ts";
import type { Clock } from "../../src/model.ts";
import { readAudit } from "../../src/records/audit-trail.ts";
import { openRecords, type Records } from "../../src/records/records.ts";
import { serve } from "../../src/serve.ts";
import { databaseEnv, placeOf } from "../records/place.ts";
import { DISCORD_EVIL, openDiscord } from "./discord.ts";
import type { ChannelOptions, Platform, SeenMessage } from "./platform.ts";
import { openSlack, SLACK_EVIL } from "./slack.ts";

export const KEY = "key-of-the-test";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

/** Each platform, over the ways in which it can reach the bot. */
export type Mode = "slack" | "slack over http" | "discord";

/** Each platform, by its usual way: for what comes after the bot has taken a request. */
export const PLATFORMS = chosen(["slack", "discord"]);

/** Every way in which a request reaches the bot. */
export const MODES = chosen(["slack", "slack over http", "discord"]);

/** `CHAT_MODES=discord npx vitest run test/scenarios` runs only these. */
function chosen(all: readonly Mode[]): readonly Mode[] {
  const only = process.env["CHAT_MODES"]?.split(",") ?? all;
  return all.filter((mode) => only.includes(mode));
}

/** VirusTotal, the records, and the bot: `serve` as `npm start` runs it, in this process. */
interface House {
  readonly virustotal: Standin;
  readonly folder: string;
  /** Starts the bot on the folder's records; resolves when it serves. What a run before it left open is then its own. */
  start(env?: Readonly<Record<string, string>>, clock?: Clock): Promise<Running>;
  /** What the program is started with. */
  environment(): Promise<Readonly<Record<string, string>>>;
  write(name: string, text: string): void;
  read(name: string): string;
  /** The lines of blacklist.txt. */
  blocked(): readonly string[];
  /** Reads or changes the records beside the bot. */
  inRecords<Result>(work: (records: Records) => Promise<Result>): Promise<Result>;
  /** The audit trail, an entry a line: `approve slack:U1 (bob) P-7K3Q`. */
  audit(): Promise<readonly string[]>;
  /** What VirusTotal was asked about, in order. */
  asked(): readonly string[];
}

/** The house, and one chat platform before it. */
export interface Stage extends House {
  readonly chat: Platform;
  /** Waits for a message in a channel, threads apart, that says all of it. */
  says(place: string, ...words: readonly string[]): Promise<SeenMessage>;
  /** Waits for a message under another that says all of it. */
  saysIn(head: SeenMessage, ...words: readonly string[]): Promise<SeenMessage>;
  /** Waits for a note for this person alone. */
  whispers(person: string, ...words: readonly string[]): Promise<SeenMessage>;
  /** Waits for the last of what comes under the summary. */
  done(head: SeenMessage, last: "file" | "proposal"): Promise<void>;
  /** The xlsx under a message, once it is there. */
  workbook(head: SeenMessage): Promise<Workbook>;
  /** What comes from now on. */
  since(): Since;
}

/** What came since a moment, of a stage that others have used before. */
interface Since {
  asked(): readonly string[];
  messages(place: string): readonly SeenMessage[];
  /** What was for this person alone. */
  whispers(person: string): readonly SeenMessage[];
}

interface Running {
  /** What a person at the terminal read. */
  readonly notices: readonly string[];
  stop(): Promise<void>;
}

/** What VirusTotal knows and allows, and how the platform is. */
export interface HouseOptions extends Partial<StandinOptions> {
  /** #triage and #incidents with the bot, #outside without it, unless said. */
  readonly channels?: readonly ChannelOptions[];
}

export interface StageOptions extends HouseOptions {
  readonly mode: Mode;
}

/** When a test ends, as its own context tells. */
export type AtEnd = (end: () => Promise<void> | void) => void;

/** A stage for one test. Tests that run beside others give their own context, which knows when they end. */
export async function openStage(options: StageOptions, atEnd: AtEnd = onTestFinished): Promise<Stage> {
  const { mode, ...house } = options;
  const chat = await openPlatform(mode, house);
  return setUp(chat, await openHouse(house, [chat], atEnd));
}

/** Slack and Discord before one house, whose bot serves both; starting it from either starts it for both. */
export async function openTogether(
  options: Omit<HouseOptions, "channels"> = {},
  atEnd: AtEnd = onTestFinished,
): Promise<{ readonly slack: Stage; readonly discord: Stage }> {
  const slack = await openPlatform("slack", options);
  const discord = await openPlatform("discord", options);
  const house = await openHouse(options, [slack, discord], atEnd);
  return { slack: setUp(slack, house), discord: setUp(discord, house) };
}

/** One stage with a running bot for all tests of the `describe` that it is called in. */
export function shareStage(
  options: StageOptions,
  toEnv: (stage: Stage) => Readonly<Record<string, string>> = () => ({}),
): () => Stage {
  return share(async (atEnd) => {
    const stage = await openStage(options, atEnd);
    await stage.start(toEnv(stage));
    return stage;
  });
}

/** Something for all tests of the `describe` that it is called in. */
export function share<Shared>(open: (atEnd: AtEnd) => Promise<Shared>): () => Shared {
  const ends: (() => Promise<void> | void)[] = [];
  let shared: readonly [Shared] | null = null;
  beforeAll(async () => {
    shared = [await open((end) => void ends.push(end))];
  });
  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
  });
  return () => {
    if (shared === null) throw new Error("it is not open yet");
    return shared[0];
  };
}

/** Text that would mention, link and mark up, were it taken as the platform's own. */
export function evilOn(mode: Mode): string {
  switch (mode) {
    case "slack":
    case "slack over http":
      return SLACK_EVIL;
    case "discord":
      return DISCORD_EVIL;
  }
}

async function openPlatform(mode: Mode, { channels }: HouseOptions): Promise<Platform> {
  switch (mode) {
    case "slack":
      return openSlack("socket", channels);
    case "slack over http":
      return openSlack("http", channels);
    case "discord":
      return openDiscord(channels);
  }
}

/** The house on its own; the bot in it serves all these platforms at once. */
export async function openHouse(
  options: HouseOptions,
  platforms: readonly Platform[],
  atEnd: AtEnd,
): Promise<House> {
  const { channels: _, ...standin } = options;
  const folder = mkdtempSync(join(tmpdir(), "vtip-test-"));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const virustotal = await startStandin({ keys: { [KEY]: {} }, ...standin });
  atEnd(async () => {
    for (const chat of platforms) await chat.stop();
    await virustotal.close();
  });
  let runs = 0;
  const path = (name: string) => join(folder, name);
  const read = (name: string) => (existsSync(path(name)) ? readFileSync(path(name), "utf8") : "");

  async function environment(): Promise<Record<string, string>> {
    const all = {
      ...ownEnvironment(folder, virustotal),
      APPROVERS: platforms.map(({ idOf }) => idOf("bob")).join(","),
    };
    for (const chat of platforms) Object.assign(all, await chat.env());
    return all;
  }

  return {
    virustotal,
    folder,
    environment,
    write: (name, text) => writeFileSync(path(name), text),
    read,
    blocked: () => read("blacklist.txt").split(/\r?\n/).filter(Boolean),
    async start(env = {}, clock) {
      runs += 1;
      if (runs > 1) await inRecords(folder, orphan);
      const running = await startBot({ ...(await environment()), ...env }, clock);
      atEnd(running.stop);
      return running;
    },
    inRecords: (work) => inRecords(folder, work),
    audit: () =>
      inRecords(folder, async (records) => {
        const lines: string[] = [];
        for await (const { action, who, subject } of readAudit(records))
          lines.push(`${action} ${who} ${subject}`);
        return lines;
      }),
    asked: () => virustotal.requests.map(({ value, path }) => value ?? path),
  };
}

/** Puts a platform before the house. */
export function setUp(chat: Platform, house: House): Stage {
  return {
    ...house,
    chat,
    says: (place, ...words) =>
      chat.until(() => saying(chat.messages(place), words), `"${words.join('", "')}" in ${place}`),
    saysIn: (head, ...words) =>
      chat.until(() => saying(chat.under(head), words), `"${words.join('", "')}" in the thread`),
    whispers: (person, ...words) =>
      chat.until(() => saying(chat.alone(person), words), `"${words.join('", "')}" to ${person} alone`),
    async done(head, last) {
      await chat.until(
        () =>
          last === "file"
            ? xlsxUnder(chat, head)
            : chat.under(head).find(({ text }) => text.includes("Block")),
        `the ${last}`,
      );
    },
    async workbook(head) {
      const file = await chat.until(() => xlsxUnder(chat, head), "the xlsx");
      const path = join(house.folder, `${head.id}.xlsx`);
      writeFileSync(path, file.bytes);
      // It takes long to load, and few tests look into files.
      const { openWorkbook } = await import("../report/open-xlsx.ts");
      return openWorkbook(path);
    },
    since() {
      const requests = house.virustotal.requests.length;
      const known = new Set(everything(chat).map(toKey));
      const isNew = (message: SeenMessage) => !known.has(toKey(message));
      return {
        asked: () => house.asked().slice(requests),
        messages: (place) => chat.messages(place).filter(isNew),
        whispers: (person) => chat.alone(person).filter(isNew),
      };
    },
  };
}

function saying(messages: readonly SeenMessage[], words: readonly string[]): SeenMessage | undefined {
  return messages.find(({ text }) => words.every((word) => text.includes(word)));
}

function xlsxUnder(chat: Platform, head: SeenMessage): SeenMessage["files"][number] | undefined {
  return chat
    .under(head)
    .flatMap(({ files }) => files)
    .find(({ name }) => name.endsWith(".xlsx"));
}

function everything({ people, places, messages, alone }: Platform): readonly SeenMessage[] {
  return [...places().flatMap(messages), ...people.flatMap(alone)];
}

function toKey({ place, id }: SeenMessage): string {
  return `${place} ${id}`;
}

async function inRecords<Result>(
  folder: string,
  work: (records: Records) => Promise<Result>,
): Promise<Result> {
  const records = await openRecords(placeOf(join(folder, "data")));
  try {
    return await work(records);
  } finally {
    await records.destroy();
  }
}

/** Runs of one process share its name in the records; a program that is started again has another one. */
async function orphan(records: Records): Promise<void> {
  const owner = "999999999-gone";
  await records.updateTable("scan").set({ owner }).execute();
  await records.updateTable("request").set({ owner }).execute();
  await records.updateTable("list_change").set({ owner }).execute();
}

function ownEnvironment(folder: string, virustotal: Standin): Record<string, string> {
  return {
    VT_APIKEY1: KEY,
    VT_KEY1_PER_MINUTE: "0",
    VT_KEY1_PER_DAY: "0",
    VT_KEY1_PER_MONTH: "0",
    VT_API_URL: virustotal.url,
    VT_TIMEOUT_SECONDS: "5",
    VT_WINDOW_SECONDS: "0.3",
    DATA_DIR: join(folder, "data"),
    ...databaseEnv(join(folder, "data")),
    LOG_FILE: join(folder, "app.log"),
    WHITELIST_FILE: join(folder, "whitelist.txt"),
    BLACKLIST_FILE: join(folder, "blacklist.txt"),
  };
}

async function startBot(env: Readonly<Record<string, string>>, clock: Clock = systemClock): Promise<Running> {
  const stopping = new AbortController();
  const notices: string[] = [];
  let ended: Promise<void> = Promise.resolve();
  const serving = new Promise<void>((resolve) => {
    ended = serve({
      env,
      clock,
      signal: stopping.signal,
      onNotice(sentence) {
        notices.push(sentence);
        if (sentence.startsWith("vtip serves")) resolve();
      },
    });
  });
  await Promise.race([serving, ended]);
  return {
    notices,
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
