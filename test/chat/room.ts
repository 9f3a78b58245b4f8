import { readFileSync } from "node:fs";
import { join } from "node:path";

import { onTestFinished } from "vitest";

import { createBot } from "../../src/bot.ts";
import { toCard, type Card, type Text } from "../../src/card.ts";
import type { Bot, Conversation, Delivered, Incoming, Post, Upload, User } from "../../src/chat.ts";
import { resumeChat } from "../../src/commands/chat-resume.ts";
import type { ChatTools } from "../../src/commands/chat-tools.ts";
import { readConfig } from "../../src/config.ts";
import { openTools } from "../../src/core.ts";
import { startStandin, type Standin, type StandinOptions } from "../../src/demo/standin.ts";
import { createInbox, type Inbox } from "../../src/inbox.ts";
import type { Clock } from "../../src/model.ts";
import { createOutbox } from "../../src/outbox.ts";
import { openRecords } from "../../src/records/records.ts";
import type { Reply } from "../../src/reply.ts";
import { databaseEnv, placeOf } from "../records/place.ts";
import { temporaryFolder } from "../temporary-folder.ts";

export const KEY = "key-of-the-test";

export const ALICE: User = { id: "room:alice", name: "alice" };
export const BOB: User = { id: "room:bob", name: "bob" };

/** A message as a person sees it now. */
interface Message {
  readonly ref: string;
  /** The conversation that it was posted into. */
  readonly place: string;
  readonly mark: string;
  readonly under: string | null;
  reply: Reply;
  /** Everything that it said before. */
  readonly earlier: Reply[];
}

/** A platform without limits that records what it is told: the edge at which the core's own tests end. */
export interface Room {
  readonly folder: string;
  readonly standin: Standin;
  readonly messages: Message[];
  readonly whispers: Reply[];
  readonly forms: Reply[];
  /** Taken instead of what the room would answer to the next posts. */
  readonly faults: ((post: Post) => Delivered | null)[];
  /** Taken instead of what the room would answer to the next edits. */
  readonly editFaults: ((reply: Reply) => Delivered | null)[];
  readonly files: Map<string, Uint8Array>;
  /** What was posted as a file, by its name. */
  readonly sent: Map<string, Uint8Array>;
  /** `clock`: a test's, which it can set forward. */
  open(env?: Readonly<Record<string, string>>, clock?: Clock): Promise<OpenRoom>;
  live(): Message | undefined;
  until(holds: () => boolean, what: string): Promise<void>;
}

/** One run of the program in the room. */
export interface OpenRoom {
  readonly bot: Bot;
  readonly tools: ChatTools;
  readonly inbox: Inbox;
  /** A command, from its delivery to where nothing is left to be said about it. */
  command(
    text: string,
    options?: { user?: User; files?: readonly Upload[]; delivery?: string; conversation?: string },
  ): Promise<void>;
  message(
    addressed: "mention" | "direct" | "watched" | "shortcut",
    text: string,
    files?: readonly Upload[],
  ): Promise<void>;
  click(action: string, user?: User, values?: Readonly<Record<string, readonly string[]>>): Promise<void>;
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface RoomOptions extends Partial<StandinOptions> {
  readonly mostFileBytes?: number;
  /** The channel of a conversation; null where its platform is not served. Default: all are of one. */
  readonly channelOf?: (conversation: string) => string | null;
  /** The conversation that is asked about what belongs to none. Default: there is none. */
  readonly home?: string;
}

export async function openRoom(options: RoomOptions = {}): Promise<Room> {
  const channelOf = options.channelOf ?? (() => "room:top");
  const folder = temporaryFolder();
  const standin = await startStandin({ keys: { [KEY]: {} }, ...options });
  onTestFinished(() => standin.close());
  const messages: Message[] = [];
  const whispers: Reply[] = [];
  const forms: Reply[] = [];
  const faults: Room["faults"] = [];
  const editFaults: Room["editFaults"] = [];
  const files = new Map<string, Uint8Array>();
  const sent = new Map<string, Uint8Array>();
  const watchers = new Set<() => void>();
  const told = () => watchers.forEach((watcher) => watcher());

  function put(place: string, { mark, reply, under }: Post): string {
    const ref = `m${messages.length + 1}`;
    if (reply.kind === "file") sent.set(reply.name, readFileSync(reply.path));
    messages.push({ ref, place, mark, under, reply, earlier: [] });
    told();
    return ref;
  }

  function served(id: string): Conversation | null {
    const channel = channelOf(id);
    return channel === null ? null : conversation(id, channel);
  }

  function conversation(id: string, channel = channelOf(id) ?? "room:top"): Conversation {
    return {
      id,
      channel,
      page: { rows: 10, characters: 8000 },
      showsRecords: false,
      mostFileBytes: options.mostFileBytes ?? 1_000_000_000,
      async post(post) {
        const fault = faults.shift()?.(post) ?? null;
        if (fault === null) return { kind: "sent", message: put(id, post) };
        if (fault.kind === "sent") put(id, post);
        return fault.kind === "sent" ? { kind: "unsure", reason: "arrived, and nobody was told" } : fault;
      },
      async edit(message, reply) {
        const fault = editFaults.shift()?.(reply) ?? null;
        if (fault !== null) return fault;
        const found = messages.find(({ ref }) => ref === message);
        if (found === undefined) return { kind: "refused", reason: "it is gone" };
        found.earlier.push(found.reply);
        found.reply = reply;
        told();
        return { kind: "sent", message };
      },
      async find(post) {
        const found = messages.find(({ mark }) => mark === post.mark);
        return found === undefined ? { kind: "absent" } : { kind: "found", message: found.ref };
      },
      async whisper(reply) {
        whispers.push(reply);
        told();
      },
      async ask(form) {
        forms.push(form);
      },
      async fetch(upload) {
        const bytes = files.get(upload.ref);
        return bytes === undefined
          ? { kind: "refused", reason: `${upload.name} is gone.` }
          : { kind: "fetched", bytes };
      },
      link: async (message) => `https://room.example/${message}`,
    };
  }

  let deliveries = 0;
  const arrival = (user: User, place = "room:1") => ({
    delivery: `d${++deliveries}`,
    conversation: place,
    user,
  });

  async function open(env: Readonly<Record<string, string>> = {}, clock?: Clock): Promise<OpenRoom> {
    const config = readConfig({
      VT_APIKEY1: KEY,
      VT_KEY1_PER_MINUTE: "0",
      VT_KEY1_PER_DAY: "0",
      VT_KEY1_PER_MONTH: "0",
      VT_API_URL: standin.url,
      VT_TIMEOUT_SECONDS: "5",
      VT_WINDOW_SECONDS: "0.3",
      DATA_DIR: join(folder, "data"),
      ...databaseEnv(join(folder, "data")),
      LOG_FILE: join(folder, "app.log"),
      WHITELIST_FILE: join(folder, "whitelist.txt"),
      BLACKLIST_FILE: join(folder, "blacklist.txt"),
      APPROVERS: BOB.id,
      ...env,
    });
    const { tools: opened, close } = await openTools(config, {
      isDemo: false,
      onProblem: () => undefined,
      ...(clock !== undefined && { clock }),
    });
    const ending = new AbortController();
    const work = new Set<Promise<void>>();
    const tools: ChatTools = {
      ...opened,
      signal: ending.signal,
      outbox: createOutbox({ ...opened, signal: ending.signal }),
      conversation: served,
      home: options.home ?? null,
      groupsOf: async () => [],
      track(what, promise) {
        const tracked = promise
          .catch((error: unknown) => opened.log.error({ err: error, what }, "work failed"))
          .finally(() => work.delete(tracked));
        work.add(tracked);
      },
    };
    const inbox = createInbox(tools.records, tools.clock);
    const bot = createBot(tools, inbox);
    const resume = await resumeChat(tools, inbox, bot);
    await resume();
    let isOpen = true;
    async function closeOnce(): Promise<void> {
      if (!isOpen) return;
      isOpen = false;
      ending.abort();
      await Promise.allSettled(work);
      await close();
    }
    onTestFinished(closeOnce);

    async function settled(): Promise<void> {
      while (work.size > 0) await Promise.allSettled(work);
    }
    async function deliver(incoming: Incoming): Promise<void> {
      if (await bot.accept(incoming)) await bot.handle(incoming, conversation(incoming.conversation));
      await settled();
    }
    return {
      bot,
      tools,
      inbox,
      settled,
      close: closeOnce,
      async command(text, { user = ALICE, files: uploads = [], delivery, conversation: place } = {}) {
        const named = delivery === undefined ? {} : { delivery };
        await deliver({ kind: "command", ...arrival(user, place), ...named, text, files: uploads });
      },
      async message(addressed, text, uploads = []) {
        await deliver({ kind: "message", ...arrival(ALICE), addressed, text, files: uploads });
      },
      async click(action, user = BOB, values = {}) {
        await deliver({ kind: "action", ...arrival(user), action, values });
      },
    };
  }

  return {
    folder,
    standin,
    messages,
    whispers,
    forms,
    faults,
    editFaults,
    files,
    sent,
    open,
    live: () => messages.find(({ mark }) => mark.endsWith("/live")),
    async until(holds, what) {
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`never came: ${what}`)), 40_000);
        const look = () => {
          if (!holds()) return;
          clearTimeout(late);
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      });
    },
  };
}

/** Everything that a person reads of a reply, in order. */
export function textOf(reply: Reply): string {
  return toLines(toCard(reply)).join("\n");
}

function toLines(card: Card): string[] {
  return card.blocks.flatMap((block) => {
    switch (block.kind) {
      case "title":
        return [block.text];
      case "text":
      case "note":
        return [plain(block.text)];
      case "rows":
        return block.rows.flatMap((row) => [plain(row.head), plain(row.details)]);
      case "buttons":
        return block.buttons.map((button) => `[${button.label}]`);
    }
  });
}

function plain(text: Text): string {
  return text
    .map((span) => {
      if (typeof span === "string") return span;
      if ("bold" in span) return span.bold;
      if ("code" in span) return span.code;
      if ("link" in span) return span.text;
      return `@${span.user}`;
    })
    .join("");
}

/** Makes everything in the records belong to a process that is gone. */
export async function orphan(room: Room): Promise<void> {
  const records = await openRecords(placeOf(`${room.folder}/data`));
  await records.updateTable("scan").set({ owner: "999999999-gone" }).execute();
  await records.updateTable("request").set({ owner: "999999999-gone" }).execute();
  await records.destroy();
}
