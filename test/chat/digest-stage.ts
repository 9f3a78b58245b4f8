import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { tidy } from "../../src/commands/chat-tidy.ts";
import { recheckBlocks } from "../../src/commands/recheck.ts";
import type { Clock } from "../../src/model.ts";
import type { Reply } from "../../src/reply.ts";
import { addresses, allAs, flagged } from "../cli/program.ts";
import { createJumpingClock, type JumpingClock } from "../jumping-clock.ts";
import { BOB, openRoom, textOf, type OpenRoom, type Room, type RoomOptions } from "./room.ts";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

type Env = Readonly<Record<string, string>>;

/** Blocks that were approved in a room, whose clock is set forward. */
export interface Life {
  readonly room: Room;
  /** The run of the program that is on. */
  readonly run: OpenRoom;
  readonly clock: JumpingClock;
  readonly ips: readonly string[];
  /** The standing digest messages, as people read them. */
  digests(): readonly string[];
  /** Everything that the bot does every minute: `recheck`, then `tidy`. */
  minute(): Promise<void>;
  /** Blocks are looked up again. */
  recheck(): Promise<void>;
  /** Blocks end, digests are written, posted and edited. */
  tidy(): Promise<void>;
  /** To the next hour of digests, and a minute on. */
  nextDigest(): Promise<void>;
  /** `nextDigest` so many times. */
  digestDays(count: number): Promise<void>;
  /** Asks about these in a conversation; resolves to the card's mark. */
  ask(ips: readonly string[], conversation?: string): Promise<string>;
  /** Asks about these and approves it. */
  block(ips: readonly string[], conversation?: string): Promise<string>;
  /** Ends the run, and starts another one with other settings. */
  restart(env?: Env): Promise<void>;
  stop(): Promise<void>;
  /** The lines of blacklist.txt. */
  blocked(): readonly string[];
  /** Writes a list, as a person would. */
  write(name: "whitelist.txt" | "blacklist.txt", lines: readonly string[]): void;
  /** What was said last to the one who pressed. */
  whispered(): string;
  /** What VirusTotal was asked about, in order. */
  asked(): readonly (string | null)[];
}

export interface LifeOptions extends RoomOptions {
  readonly count?: number;
  /** Instead of so many of the usual ones. */
  readonly ips?: readonly string[];
  readonly env?: Env;
  /** The hour of the day, in UTC, at which they are blocked; the digest comes at 8. */
  readonly hour?: number;
}

/** Addresses that were blocked in the room for so many days. */
export async function blockFor(days: number, options: LifeOptions = {}): Promise<Life> {
  const { count = 3, ips = addresses(count), env: more = {}, hour = 12, ...roomOptions } = options;
  const room = await openRoom({ objects: allAs(ips, flagged(9)), ...roomOptions });
  const clock = createJumpingClock();
  clock.jump(hour * HOUR_MS - (clock.now() % DAY_MS) + DAY_MS);
  const env = { BLOCK_DAYS: String(days), CACHE_HOURS: "1", CONFIRM_OVER: "5000", ...more };
  let current = await start(room, env, clock);

  async function minute(): Promise<void> {
    await current.recheck();
    await current.tidy();
  }
  async function nextDigest(): Promise<void> {
    const now = clock.now();
    const eight = Math.floor(now / DAY_MS) * DAY_MS + 8 * HOUR_MS;
    clock.jump((eight > now ? eight : eight + DAY_MS) - now + 60_000);
    await minute();
  }
  async function ask(asked: readonly string[], conversation = "room:1"): Promise<string> {
    const before = room.messages.length;
    await current.run.command(asked.join(" "), { conversation });
    const card = room.messages.slice(before).find(({ reply }) => reply.kind === "proposal");
    if (card === undefined) throw new Error("there is no card");
    return card.mark;
  }
  async function block(asked: readonly string[], conversation?: string): Promise<string> {
    const mark = await ask(asked, conversation);
    await current.run.click(`block:${mark}`, BOB);
    return mark;
  }
  const path = (name: string) => join(room.folder, name);
  const life: Life = {
    room,
    get run() {
      return current.run;
    },
    clock,
    ips,
    minute,
    nextDigest,
    ask,
    block,
    recheck: async () => current.recheck(),
    tidy: async () => current.tidy(),
    async digestDays(number) {
      for (let day = 0; day < number; day += 1) await nextDigest();
    },
    async restart(other = {}) {
      await current.run.close();
      current = await start(room, { ...env, ...other }, clock);
    },
    stop: async () => current.run.close(),
    digests: () => digestsOf(room).map(({ reply }) => textOf(reply)),
    blocked: () =>
      existsSync(path("blacklist.txt"))
        ? readFileSync(path("blacklist.txt"), "utf8").split("\n").filter(Boolean)
        : [],
    write: (name, lines) => writeFileSync(path(name), lines.map((line) => `${line}\n`).join("")),
    whispered: () => textOf(room.whispers.at(-1) ?? { kind: "help" }),
    asked: () => room.standin.requests.map(({ value }) => value),
  };
  await block(ips);
  return life;
}

/** The newest digest, with what its card is made of. */
export function digestOf({ room }: Life): Extract<Reply, { kind: "digest" }> & { readonly mark: string } {
  const message = digestsOf(room).at(-1);
  if (message?.reply.kind !== "digest") throw new Error("there is no digest");
  return { ...message.reply, mark: message.mark };
}

/** The audit trail since the blocks: `action subject`, where `action` is one of these. */
export async function actsOf({ run }: Life, actions: readonly string[]): Promise<readonly string[]> {
  const rows = await run.tools.records
    .selectFrom("audit")
    .select(["action", "subject"])
    .where("action", "in", actions)
    .orderBy("id")
    .execute();
  return rows.map(({ action, subject }) => `${action} ${subject}`);
}

function digestsOf({ messages }: Room) {
  return messages.filter(({ reply }) => reply.kind === "digest");
}

async function start(room: Room, env: Env, clock: JumpingClock) {
  const run = await room.open(env, clock);
  const { tools } = run;
  const recheck = inRounds(clock, async (paced) => recheckBlocks({ ...tools, clock: paced }));
  const round = inRounds(clock, async (paced) => tidy({ ...tools, clock: paced }));
  return {
    run,
    recheck,
    async tidy() {
      await round();
      await run.settled();
    },
  };
}

/** A round of a loop at each call: the pause between two of them lasts until the next call. */
function inRounds(clock: Clock, loop: (paced: Clock) => Promise<void>): () => Promise<void> {
  let goOn: (() => void) | null = null;
  let tellOver: (() => void) | null = null;
  const paced: Clock = {
    now: clock.now,
    async wait() {
      tellOver?.();
      await new Promise<void>((resolve) => (goOn = resolve));
    },
  };
  return async () => {
    const round = new Promise<void>((resolve) => (tellOver = resolve));
    if (goOn === null) void loop(paced);
    else goOn();
    await round;
  };
}
