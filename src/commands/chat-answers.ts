import { statSync } from "node:fs";

import type { CommandIncoming, Conversation, MessageIncoming, User } from "../chat.ts";
import { UserError } from "../errors.ts";
import { toAddress, toCanonical } from "../lists/address.ts";
import { nameWho } from "../lists/approver.ts";
import { auditOf } from "../records/audit-trail.ts";
import type { Reply, ScanNote } from "../reply.ts";
import { toScanId } from "../scans/scan-id.ts";
import { findScan } from "../scans/scan-store.ts";
import type { ScanSums } from "../scans/scan.ts";
import { unblock } from "./approval.ts";
import { blockCounts, blockNotes } from "./block-list.ts";
import { readChatInput } from "./chat-input.ts";
import type { ChatTools } from "./chat-tools.ts";
import { toWhy } from "./chat-why.ts";
import { planOf } from "./plan.ts";
import type { RequestWords } from "./request-words.ts";
import { cancelInChat } from "./scan-clicks.ts";
import { linkOfScan } from "./scan-link.ts";
import { recentScans } from "./scans.ts";

/** A request that is no scan. */
export type Question = Exclude<RequestWords, { kind: "scan" }>;

/** What is said, and whether to everybody or to the one who asked. */
interface Answered {
  readonly reply: Reply;
  readonly isPrivate: boolean;
}

/** Answers what is no scan. @throws UserError for what the person can mend. */
export async function answer(
  tools: ChatTools,
  conversation: Conversation,
  incoming: CommandIncoming | MessageIncoming,
  question: Question,
): Promise<void> {
  await tellUnread(conversation, incoming, question);
  const { reply, isPrivate } = await toReply(tools, conversation, incoming, question);
  if (isPrivate) return conversation.whisper(reply);
  const mark = `${incoming.delivery}/answer`;
  const sent = await tools.outbox.post(conversation, { mark, reply, under: null });
  if (sent.kind === "refused") return conversation.whisper(toProblem(sent.reason));
  if (sent.kind === "sent" && question.kind === "blocklist") {
    await postBlacklist(tools, conversation, incoming.delivery, sent.message);
  }
}

/** Files are read for a scan and a plan. */
async function tellUnread(
  conversation: Conversation,
  { files }: CommandIncoming | MessageIncoming,
  { kind }: Question,
): Promise<void> {
  if (files.length === 0 || kind === "plan") return;
  const names = files.map(({ name }) => name.slice(0, 100)).join(", ");
  const were = files.length === 1 ? "was" : "were";
  const text = `${names} ${were} not read, since your message begins with the request ${kind}: send it again without that word to have it checked.`;
  await conversation.whisper(toProblem(text));
}

/** A sentence for the one who asked; `people` are the ids in it that are to be shown as people. */
export function toProblem(text: string, people: readonly string[] = []): Reply {
  return { kind: "notice", tone: "problem", text, people };
}

async function toReply(
  tools: ChatTools,
  conversation: Conversation,
  incoming: CommandIncoming | MessageIncoming,
  question: Question,
): Promise<Answered> {
  const { user } = incoming;
  const at = tools.clock.now();
  switch (question.kind) {
    case "help":
      return { reply: { kind: "help" }, isPrivate: true };
    case "quota":
      return { reply: { kind: "quota", keys: await tools.lookUps.quota(), at }, isPrivate: true };
    case "plan":
      return { reply: await toCost(tools, conversation, incoming, question.rest), isPrivate: false };
    case "why":
      return { reply: await toWhy(tools, user, question.rest), isPrivate: false };
    case "unblock":
      return toUnblocked(tools, user, question.rest);
    case "blocklist":
      return { reply: await toBlockList(tools, user), isPrivate: false };
    case "scans":
      return {
        reply: {
          kind: "scans",
          askedBy: user.id,
          scans: await scanNotes(tools, await recentScans(tools)),
          at,
        },
        isPrivate: false,
      };
    case "cancel":
      return { reply: await cancelById(tools, incoming, question.rest), isPrivate: true };
  }
}

async function toCost(
  tools: ChatTools,
  conversation: Conversation,
  { user, files }: CommandIncoming | MessageIncoming,
  text: string,
): Promise<Reply> {
  const { extraction, notes } = await readChatInput(tools, conversation, { text, files });
  if (extraction.pieces.length === 0) throw new UserError(notes[0] ?? NOTHING_TO_PLAN);
  const plan = await planOf(tools, extraction, { fresh: false });
  return { kind: "cost", plan, askedBy: user.id, at: tools.clock.now(), notes };
}

async function toUnblocked(tools: ChatTools, user: User, text: string): Promise<Answered> {
  const [, written = "", rest = ""] = /^(\S+)\s*([^]*)$/u.exec(text) ?? [];
  if (written === "") throw new UserError("Which address? For example: unblock 192.0.2.7 it is ours");
  const reason = rest.trim() || null;
  const asker = { user, groupsOf: async () => tools.groupsOf(user.id) };
  try {
    const ip = await unblock(tools, written, reason, asker);
    return { reply: { kind: "unblocked", askedBy: user.id, ip, reason }, isPrivate: false };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const done = await justUnblocked(tools, user, written);
    if (done !== null)
      return { reply: { kind: "unblocked", askedBy: user.id, ip: done, reason }, isPrivate: false };
    return { reply: toProblem(error.message, tools.config.approvers), isPrivate: true };
  }
}

/** An answer that a crash cut off: the address if this person has just taken it out, else null. */
async function justUnblocked(tools: ChatTools, user: User, written: string): Promise<string | null> {
  const ip = toAddress(written);
  if (ip === null) return null;
  const acts = await auditOf(tools.records, toCanonical(ip));
  const last = acts.at(-1);
  const isTheirs = last?.action === "unblock" && last.who === nameWho(user);
  return isTheirs && tools.clock.now() - last.at < JUST_MS ? toCanonical(ip) : null;
}

async function toBlockList(tools: ChatTools, user: User): Promise<Reply> {
  const { newest, endingSoon } = await blockNotes(tools);
  const counts = await blockCounts(tools);
  return { kind: "block-list", askedBy: user.id, ...counts, newest, endingSoon, at: tools.clock.now() };
}

const JUST_MS = 10 * 60_000;
const NOTHING_TO_PLAN = "Nothing to plan: write indicators behind the word, for example: plan 192.0.2.7";

async function cancelById(
  tools: ChatTools,
  incoming: CommandIncoming | MessageIncoming,
  id: string,
): Promise<Reply> {
  if (id === "") throw new UserError("Which scan? For example: cancel S-7K3Q. The word scans lists them.");
  const scan = await findScan(tools.records, toScanId(id));
  if (scan === null) throw new UserError(`There is no scan ${toScanId(id)}. The word scans lists them.`);
  const problem = await cancelInChat(tools, scan, incoming);
  if (problem !== null) throw new UserError(problem);
  return { kind: "notice", tone: "info", text: `${scan.id} is cancelled. What is known is reported there.` };
}

/** Scans with links to where they are reported. */
export async function scanNotes(tools: ChatTools, scans: readonly ScanSums[]): Promise<readonly ScanNote[]> {
  return Promise.all(scans.map(async (sums) => ({ sums, link: await linkOfScan(tools, sums.scan) })));
}

async function postBlacklist(
  tools: ChatTools,
  conversation: Conversation,
  delivery: string,
  under: string,
): Promise<void> {
  const path = tools.config.blacklistFile;
  // Platforms take no empty file.
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
  const reply: Reply = { kind: "file", name: "blacklist.txt", path, text: "The list as it is now" };
  const sent = await tools.outbox.post(conversation, { mark: `${delivery}/file`, reply, under });
  if (sent.kind === "refused") {
    await conversation.whisper(toProblem(`The file could not be posted. ${sent.reason}`));
  }
}
