import { setMaxListeners } from "node:events";

import { loadAdapters } from "./adapter-modules.ts";
import { createBot } from "./bot.ts";
import type { Adapter } from "./chat.ts";
import { systemClock } from "./clock.ts";
import { feedTheCommand, noticeWarnings, tellTheWebhook } from "./commands/block-notice.ts";
import { followLists } from "./commands/chat-lists.ts";
import { resumeChat, takeOver } from "./commands/chat-resume.ts";
import { showOwnCards, tidy } from "./commands/chat-tidy.ts";
import type { ChatTools } from "./commands/chat-tools.ts";
import { whileLeading } from "./commands/leader.ts";
import { recheckBlocks } from "./commands/recheck.ts";
import { createScanLinks } from "./commands/scan-link.ts";
import type { Tools } from "./commands/tools.ts";
import { readConfig } from "./config.ts";
import type { Core } from "./contract.ts";
import { openTools, toCore } from "./core.ts";
import type { Env } from "./env.ts";
import { messageOf, UserError } from "./errors.ts";
import { createInbox } from "./inbox.ts";
import { checkOurList } from "./lists/our-list.ts";
import type { Clock } from "./model.ts";
import { openWhenThere } from "./open-when-there.ts";
import { createOutbox } from "./outbox.ts";
import { preload } from "./preload.ts";
import { warningsOf } from "./warnings.ts";

/** What a person who starts the bot is told, in one line each. */
export interface ServeOptions {
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly onNotice: (sentence: string) => void;
  /** Everything is sample data. */
  readonly isDemo?: boolean;
  /** The machine's own, unless a test moves it. */
  readonly clock?: Clock;
}

/** A platform that cannot be reached is tried again, at most so far apart. */
const LONGEST_PAUSE_MS = 60_000;
/** How long work under way may take to come to a point at which it can be left. */
const STOP_WITHIN_MS = 8000;

/** Runs every adapter that has credentials until `signal` aborts. @throws UserError when there is nothing to run. */
export async function serve({
  env,
  signal,
  onNotice,
  isDemo = false,
  clock = systemClock,
}: ServeOptions): Promise<void> {
  const config = readConfig(env);
  if (config.keys.length === 0) throw toNoKey();
  const modules = await loadAdapters(config.adapters);
  const open = async () => openTools(config, { isDemo, onProblem: onNotice, clock, mayLead: true });
  const opened = await openWhenThere(open, { clock, signal, onNotice });
  if (opened === null) return;
  const { tools, close } = opened;
  try {
    await checkOurList(tools);
    const away: Away = new Map();
    const platforms = () => [...away].map(([name, reason]) => ({ name, isReady: reason === null, reason }));
    const links: Links = { of: async () => null };
    const core = toCore(tools, { platforms, linkOf: async (scan) => links.of(scan) });
    const created = modules.map(async ({ name, module }) => {
      const adapter = await module.createAdapter(env, tools.log.child({ adapter: name }), core);
      return adapter === null ? [] : [adapter];
    });
    const adapters = (await Promise.all(created)).flat();
    if (adapters.length === 0) throw toNoPlatform(modules.map(({ name }) => name));
    for (const sentence of [...warningsOf(config), ...noticeWarnings(tools), ...tools.listings.problems()])
      onNotice(sentence);
    for (const { name } of adapters) away.set(name, "It is not connected yet.");
    await run(tools, adapters, { env, signal, onNotice }, { away, links });
  } finally {
    await close();
  }
}

/** Why a platform is not there; null: it is. */
type Away = Map<string, string | null>;

/** Where scans are reported: adapters are made before what tells it. */
interface Links {
  of: Core["linkOf"];
}

async function run(
  tools: Tools,
  adapters: readonly Adapter[],
  options: ServeOptions,
  { away, links }: { readonly away: Away; readonly links: Links },
): Promise<void> {
  const { signal, onNotice } = options;
  const work = new Set<Promise<void>>();
  const ending = new AbortController();
  // Every scan, message and pause listens to it.
  setMaxListeners(0, ending.signal);
  const chat = toChatTools(tools, adapters, ending.signal, work);
  links.of = createScanLinks(chat);
  const inbox = createInbox(tools.records, tools.clock);
  const bot = createBot(chat, inbox);
  // What arrives from the first moment on is this run's; what is left from earlier ones is read before.
  const resume = await resumeChat(chat, inbox, bot);
  chat.track("loading", preload());
  // A platform that refuses the credentials ends the program, and the others' waiting.
  const leaving = new AbortController();
  const starting = AbortSignal.any([signal, leaving.signal]);
  try {
    let isGoingOn = false;
    const startAndGoOn = async (adapter: Adapter) => {
      await start(tools, adapter, bot, { ...options, signal: starting }, away);
      // A platform that is away does not hold up what was begun on another one.
      if (isGoingOn || starting.aborted) return;
      isGoingOn = true;
      chat.track("resume", resume());
      chat.track("taking over", takeOver(chat, inbox, bot));
      chat.track("tidying", whileLeading(chat, tidy));
      chat.track("showing cards", showOwnCards(chat));
      chat.track("looking blocks up again", whileLeading(chat, recheckBlocks));
      chat.track("following the lists", whileLeading(chat, followLists));
      chat.track("telling others", whileLeading(chat, tellTheWebhook));
      chat.track("command", feedTheCommand(chat, options.env));
    };
    await Promise.all(adapters.map(startAndGoOn));
    if (signal.aborted) return;
    onNotice(`vtip serves ${adapters.map(({ name }) => name).join(", ")}. Stop it with Ctrl-C.`);
    await aborted(signal);
  } finally {
    leaving.abort();
    await Promise.all(adapters.map(async (adapter) => adapter.stop()));
    ending.abort();
    const settled = new AbortController();
    void Promise.allSettled(work).then(() => settled.abort());
    await tools.clock.wait(STOP_WITHIN_MS, settled.signal);
  }
}

/** A platform that is away is waited for; one that refuses the credentials ends the program. */
async function start(
  tools: Tools,
  adapter: Adapter,
  bot: Parameters<Adapter["start"]>[0],
  { signal, onNotice }: ServeOptions,
  away: Away,
): Promise<void> {
  for (let pauseMs = 1000; !signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      for (const sentence of await adapter.start(bot)) onNotice(sentence);
      away.set(adapter.name, null);
      return;
    } catch (error) {
      if (error instanceof Error && "exitStatus" in error) {
        throw new UserError(error.message, { exitStatus: 3, cause: error });
      }
      away.set(adapter.name, "It cannot be reached; it is tried again.");
      tools.log.warn({ err: error, adapter: adapter.name }, "platform not reached");
      onNotice(`${adapter.name} cannot be reached (${messageOf(error)}); tried again.`);
      await tools.clock.wait(pauseMs, signal);
    }
  }
}

function toChatTools(
  tools: Tools,
  adapters: readonly Adapter[],
  signal: AbortSignal,
  work: Set<Promise<void>>,
): ChatTools {
  const adapterOf = (id: string) => adapters.find(({ name }) => id.startsWith(`${name}:`));
  return {
    ...tools,
    signal,
    outbox: createOutbox({ ...tools, signal }),
    conversation: (id) => adapterOf(id)?.conversation(id) ?? null,
    home: adapters.find(({ home }) => home !== undefined)?.home ?? null,
    groupsOf: async (userId) => (await adapterOf(userId)?.groupsOf(userId)) ?? [],
    track(what, promise) {
      const tracked = promise
        .catch((error: unknown) => tools.log.error({ err: error, what }, "work failed"))
        .finally(() => work.delete(tracked));
      work.add(tracked);
    },
  };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function toNoKey(): UserError {
  return new UserError(
    "No API key: set VT_APIKEY1 in the environment or in .env, then start again. To try without one: vtip demo",
    { exitStatus: 3 },
  );
}

function toNoPlatform(names: readonly string[]): UserError {
  return new UserError(
    `No chat platform has credentials (${names.join(", ")}): set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or DISCORD_TOKEN, in .env; the README.md of its folder in adapters says where they come from.`,
    { exitStatus: 3 },
  );
}
