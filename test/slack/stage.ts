import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Workbook } from "exceljs";
import { afterAll, beforeAll, onTestFinished, type TestContext, vi } from "vitest";

import { startStandin, type Standin, type StandinOptions } from "../../src/demo/standin.ts";
import { readAudit } from "../../src/records/audit-trail.ts";
import { openRecords, type Records } from "../../src/records/records.ts";
import { serve } from "../../src/serve.ts";
import {
  textOf,
  type SeenMessage,
  type Slack,
  type SlackOptions,
  startSlack,
} from "../standins/slack/slack.ts";

export const KEY = "key-of-the-test";

/** On a machine that does much else beside the tests. */
const PATIENCE_MS = 20_000;
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

/** Slack gives 3 s; a machine that runs other tests besides may take longer, and a test of that says so itself. */
const PATIENT = { ackMs: 15_000, triggerMs: 15_000 };

/** How Slack reaches the bot. Every scenario runs in both. */
export const MODES = ["socket", "http"] as const;
type Mode = (typeof MODES)[number];

/** Slack, VirusTotal, and the bot between them: `serve` as `npm start` runs it, in this process. */
export interface Stage {
  readonly slack: Slack;
  readonly virustotal: Standin;
  readonly folder: string;
  /** Starts the bot on the folder's records; resolves when it serves. What a run before it left open is then its own. */
  start(env?: Readonly<Record<string, string>>): Promise<Running>;
  /** What the program is started with, in Socket Mode. */
  environment(): Readonly<Record<string, string>>;
  write(name: string, text: string): void;
  read(name: string): string;
  /** The lines of blacklist.txt. */
  blocked(): readonly string[];
  /** Waits for a message in a channel, threads apart, that says all of it. */
  says(channel: string, ...words: readonly string[]): Promise<SeenMessage>;
  /** Waits for a message in a thread that says all of it. */
  saysIn(head: SeenMessage, ...words: readonly string[]): Promise<SeenMessage>;
  /** Waits for a note that only this person sees. */
  whispers(user: string, ...words: readonly string[]): Promise<SeenMessage>;
  /** Waits for the summary and for everything under it, the last of which is `last`. */
  done(head: SeenMessage, last: "file" | "proposal"): Promise<void>;
  /** The xlsx in a thread, once it is there. */
  workbook(head: Pick<SeenMessage, "channel" | "ts">): Promise<Workbook>;
  /** Reads or changes the records beside the bot. */
  inRecords<Result>(work: (records: Records) => Promise<Result>): Promise<Result>;
  /** The audit trail, an entry a line: `approve slack:U1 (bob) P-7K3Q`. */
  audit(): Promise<readonly string[]>;
  /** What VirusTotal was asked about, in order. */
  asked(): readonly string[];
  /** What comes from now on. */
  since(): Since;
}

/** What came since a moment, of a stage that others have used before. */
interface Since {
  asked(): readonly string[];
  messages(channel: string): readonly SeenMessage[];
  /** What only this person saw. */
  whispers(user: string): readonly SeenMessage[];
}

interface Running {
  /** What a person at the terminal read. */
  readonly notices: readonly string[];
  stop(): Promise<void>;
}

export interface StageOptions extends Partial<StandinOptions> {
  readonly mode: Mode;
  readonly slack?: SlackOptions;
}

/** What a test's own context knows: when the test ends. */
export type AtEnd = TestContext["onTestFinished"];

/** A stage for one test. Tests that run beside others give their own context, which knows when they end. */
export async function openStage(options: StageOptions, atEnd: AtEnd = onTestFinished): Promise<Stage> {
  const folder = newFolder();
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return open(options, folder, atEnd);
}

/** One stage with a running bot for all tests of the `describe` that it is called in. */
export function shareStage(
  options: StageOptions,
  toEnv: (stage: Stage) => Readonly<Record<string, string>> = () => ({}),
): () => Stage {
  const ends: (() => Promise<void> | void)[] = [];
  let shared: Stage | null = null;
  beforeAll(async () => {
    const folder = newFolder();
    ends.push(() => rmSync(folder, { recursive: true, force: true }));
    shared = await open(options, folder, (end) => ends.push(end));
    await shared.start(toEnv(shared));
  });
  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
  });
  return () => {
    if (shared === null) throw new Error("the stage is not open yet");
    return shared;
  };
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "vtip-test-"));
}

async function open(
  { mode, slack: slackOptions, ...standin }: StageOptions,
  folder: string,
  atEnd: (end: () => Promise<void>) => void,
): Promise<Stage> {
  const virustotal = await startStandin({ keys: { [KEY]: {} }, ...standin });
  const standinOfSlack = await startSlack({
    users: ["alice", "bob", "carol", "dave"],
    ...PATIENT,
    ...slackOptions,
  });
  const slack: Slack = {
    ...standinOfSlack,
    until: (look, what, withinMs = PATIENCE_MS) => standinOfSlack.until(look, what, withinMs),
  };
  atEnd(async () => {
    await slack.stop();
    await virustotal.close();
  });
  let runs = 0;
  const path = (name: string) => join(folder, name);
  const asked = () => virustotal.requests.map(({ value, path }) => value ?? path);
  const read = (name: string) => (existsSync(path(name)) ? readFileSync(path(name), "utf8") : "");

  return {
    slack,
    virustotal,
    folder,
    environment: () => ({ ...environment(folder, virustotal, slack), SLACK_APP_TOKEN: slack.appToken }),
    write: (name, text) => writeFileSync(path(name), text),
    read,
    blocked: () => read("blacklist.txt").split(/\r?\n/).filter(Boolean),
    async start(env = {}) {
      runs += 1;
      if (runs > 1) await inRecords(folder, orphan);
      const running = await startBot({
        ...environment(folder, virustotal, slack),
        ...(await transport(mode, slack)),
        ...env,
      });
      atEnd(running.stop);
      return running;
    },
    says: async (channel, ...words) =>
      slack.until(
        () => slack.messages(channel).find((message) => saysAll(message, words)),
        `"${words.join('", "')}" in #${channel}`,
      ),
    saysIn: async (head, ...words) =>
      slack.until(
        () =>
          slack
            .thread(head.channel, head.ts)
            .slice(1)
            .find((message) => saysAll(message, words)),
        `"${words.join('", "')}" in the thread`,
      ),
    whispers: async (user, ...words) =>
      slack.until(
        () => slack.ephemeral(user).find((message) => saysAll(message, words)),
        `"${words.join('", "')}" to ${user} alone`,
      ),
    async done(head, last) {
      await slack.until(
        () =>
          slack
            .thread(head.channel, head.ts)
            .find((message) =>
              last === "file"
                ? (message.files ?? []).some(({ name }) => name.endsWith(".xlsx"))
                : textOf(message).includes("Block"),
            ),
        `the ${last}`,
      );
    },
    async workbook({ channel, ts }) {
      const file = await slack.until(
        () =>
          slack
            .thread(channel, ts)
            .flatMap(({ files }) => files)
            .find(({ name }) => name.endsWith(".xlsx")),
        "the xlsx",
      );
      writeFileSync(path(file.id), file.bytes);
      // It takes long to load, and few tests look into files.
      const { openWorkbook } = await import("../report/open-xlsx.ts");
      return openWorkbook(path(file.id));
    },
    inRecords: (work) => inRecords(folder, work),
    audit: () =>
      inRecords(folder, async (records) => {
        const lines: string[] = [];
        for await (const { action, who, subject } of readAudit(records))
          lines.push(`${action} ${who} ${subject}`);
        return lines;
      }),
    asked,
    since() {
      const requests = virustotal.requests.length;
      const known = new Set(everything(slack));
      const isNew = ({ channel, ts }: SeenMessage) => !known.has(`${channel} ${ts}`);
      return {
        asked: () => asked().slice(requests),
        messages: (channel) => slack.messages(channel).filter(isNew),
        whispers: (user) => slack.ephemeral(user).filter(isNew),
      };
    },
  };
}

function everything({ world, messages, ephemeral }: Slack): readonly string[] {
  const all = [
    ...world.channels.flatMap(({ id }) => messages(id)),
    ...world.people.flatMap(({ id }) => ephemeral(id)),
  ];
  return all.map(({ channel, ts }) => `${channel} ${ts}`);
}

async function inRecords<Result>(
  folder: string,
  work: (records: Records) => Promise<Result>,
): Promise<Result> {
  const records = await openRecords(join(folder, "data"));
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

function saysAll(message: SeenMessage, words: readonly string[]): boolean {
  const text = textOf(message);
  return words.every((word) => text.includes(word));
}

function environment(folder: string, virustotal: Standin, slack: Slack): Record<string, string> {
  return {
    VT_APIKEY1: KEY,
    VT_KEY1_PER_MINUTE: "0",
    VT_KEY1_PER_DAY: "0",
    VT_KEY1_PER_MONTH: "0",
    VT_API_URL: virustotal.url,
    VT_TIMEOUT_SECONDS: "5",
    VT_WINDOW_SECONDS: "0.3",
    DATA_DIR: join(folder, "data"),
    LOG_FILE: join(folder, "app.log"),
    WHITELIST_FILE: join(folder, "whitelist.txt"),
    BLACKLIST_FILE: join(folder, "blacklist.txt"),
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    APPROVERS: `slack:${slack.user("bob")}`,
  };
}

async function transport(mode: Mode, slack: Slack): Promise<Record<string, string>> {
  if (mode === "socket") return { SLACK_APP_TOKEN: slack.appToken };
  const port = await freePort();
  slack.useHttp(`http://127.0.0.1:${port}/slack/events`);
  return { SLACK_SIGNING_SECRET: slack.signingSecret, SLACK_PORT: String(port) };
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

async function startBot(env: Readonly<Record<string, string>>): Promise<Running> {
  const stopping = new AbortController();
  const notices: string[] = [];
  let ended: Promise<void> = Promise.resolve();
  const serving = new Promise<void>((resolve) => {
    ended = serve({
      env,
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
