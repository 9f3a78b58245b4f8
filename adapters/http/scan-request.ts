import { randomUUID } from "node:crypto";

import { toCard, toWords } from "../../src/card.ts";
import type { Bot, Core, Incoming, Reply, ScanSums, Upload, User } from "../../src/contract.ts";
import { CONVERSATION, createConversation, type Exchange, type Outlet } from "./conversation.ts";
import { Problem, withoutFolders } from "./problem.ts";

/** What routes work with. */
export interface Desk extends Outlet {
  readonly bot: Bot;
  readonly core: Core;
  /** Lets work go on by itself; what it throws is logged. */
  track(work: Promise<unknown>): void;
}

/** A file as it came in. */
export interface SentFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What is to be scanned. */
export interface Wanted {
  readonly text: string;
  readonly files: readonly SentFile[];
}

/** Begins a scan of text and files. It goes on by itself, over restarts too. @throws Problem when nothing in it can be checked. */
export async function beginScan(
  desk: Desk,
  user: User,
  { text, files: sent }: Wanted,
  conversation = CONVERSATION,
): Promise<ScanSums> {
  const delivery = `http:${randomUUID()}`;
  const files: Upload[] = sent.map(({ name, bytes }, at) => ({
    name,
    size: bytes.byteLength,
    ref: String(at),
  }));
  const about = { kind: "message", addressed: "shortcut", delivery, conversation, user } as const;
  const bytes = new Map(sent.map((file, at) => [String(at), file.bytes]));
  const told = await deliver(desk, { ...about, text, files }, bytes);
  const scan = await desk.core.scanOfDelivery(delivery);
  if (scan === null) throw new Problem(422, wordsOf(told) || "Nothing to check was found.");
  return scan;
}

/** Does what a button says, as chat does. Resolves to what the person is told alone; empty: it was done. */
export async function press(
  desk: Desk,
  user: User,
  action: string,
  values: Readonly<Record<string, readonly string[]>> = {},
): Promise<readonly Reply[]> {
  const about = { delivery: `http:${randomUUID()}`, conversation: CONVERSATION, user };
  return deliver(desk, { kind: "action", ...about, action, values }, new Map());
}

/** Hands it to the bot as a chat platform does. Resolves to what the one who asks is told alone. */
async function deliver(desk: Desk, incoming: Incoming, files: Exchange["files"]): Promise<readonly Reply[]> {
  const exchange: Exchange = { files, told: [] };
  await desk.bot.accept(incoming);
  await desk.bot.handle(incoming, createConversation(incoming.conversation, desk, exchange));
  return exchange.told;
}

/** Replies as plain sentences. */
export function wordsOf(replies: readonly Reply[]): string {
  const lines = replies
    .flatMap((reply) => toCard(reply).blocks)
    .flatMap((block) => {
      switch (block.kind) {
        case "title":
          return [block.text];
        case "text":
        case "note":
          return [toWords(block.text)];
        case "rows":
        case "buttons":
          return [];
      }
    });
  return withoutFolders(lines.join(" ").replace(/^(?:⚠️|ℹ️) /u, ""));
}
