import { randomUUID } from "node:crypto";

import type { CommandIncoming, Conversation, MessageIncoming } from "../chat.ts";
import type { ScanReport } from "../contract.ts";
import { UserError } from "../errors.ts";
import { nameWho } from "../lists/approver.ts";
import type { Plan } from "../model.ts";
import { isAway, RECORDS_AWAY } from "../records/away.ts";
import type { Records } from "../records/records.ts";
import { findByDelivery, isLeftToUs, markReported } from "../scans/chat-scans.ts";
import { toItems } from "../scans/items.ts";
import { cancelScan, findScan, insertScan } from "../scans/scan-store.ts";
import type { Scan } from "../scans/scan.ts";
import { step } from "../step.ts";
import { headOf, liveMark } from "./chat-head.ts";
import { readChatInput, type ChatInput } from "./chat-input.ts";
import { reportInChat } from "./chat-report.ts";
import type { ChatTools } from "./chat-tools.ts";
import { watchInChat } from "./chat-watch.ts";
import { createLiveMessage } from "./live-message.ts";
import { isOursNow } from "./ours-now.ts";
import { planOf, planOfPlanned } from "./plan.ts";
import { runScan } from "./run-scan.ts";

/** Faults of this machine pass; a bug does not. What a person can mend is waited for, however long it takes. */
const TRIES = 10;
const PAUSE_MS = 30_000;
/** A database that is started anew is back in seconds. */
const AWAY_PAUSE_MS = 2000;

/** What came of a request for a scan. `empty`: nothing to check was found; nothing was said. */
export type ChatScan =
  | { readonly kind: "begun" }
  | { readonly kind: "empty"; readonly notes: readonly string[] };

/**
 * Begins the scan that was asked for: it runs by itself from then on, or waits for **Start** where it is a large one.
 * The same delivery never makes a second scan.
 */
export async function scanInChat(
  tools: ChatTools,
  conversation: Conversation,
  incoming: CommandIncoming | MessageIncoming,
): Promise<ChatScan> {
  const known = await findByDelivery(tools.records, incoming.delivery);
  if (known !== null) {
    await continueIfLeft(tools, conversation, known);
    return { kind: "begun" };
  }
  const input = await readChatInput(tools, conversation, incoming);
  // What was not read to its end is read again by the next run.
  if (tools.signal.aborted) return { kind: "begun" };
  const items = toItems(input.extraction.pieces, tools.config.urlLookup);
  if (items.length === 0) return { kind: "empty", notes: input.notes };
  const plan = await planOf(tools, input.extraction, { fresh: false });
  const scan = await writeDown(tools, incoming, input, asksFirst(tools, plan) ? "planned" : "running").catch(
    async (error: unknown) => {
      // Another process that held this one for dead has it by now, and goes on with it.
      if (isAway(error) || (await findByDelivery(tools.records, incoming.delivery)) === null) throw error;
      return null;
    },
  );
  if (scan === null) return { kind: "begun" };
  step("scan written");
  await continueScan(tools, conversation, scan);
  return { kind: "begun" };
}

/** Scans that are run or reported, by the program's records: any other one of its own was given up before it had begun. */
const atWork = new WeakMap<Records, Set<string>>();

function underWayOf({ records }: ChatTools): Set<string> {
  const known = atWork.get(records) ?? new Set();
  atWork.set(records, known);
  return known;
}

/**
 * Goes on with a scan that this process has written down and does not work on, as when the records went away in the
 * moment between. False when there is nothing to go on with.
 */
export async function continueIfLeft(
  tools: ChatTools,
  conversation: Conversation,
  scan: Scan,
): Promise<boolean> {
  if (underWayOf(tools).has(scan.id) || !(await isLeftToUs(tools.records, scan.id))) return false;
  await continueScan(tools, conversation, scan);
  return true;
}

/** Says what is next about a scan, from whatever point it has reached; the running of it goes on by itself. */
export async function continueScan(tools: ChatTools, conversation: Conversation, scan: Scan): Promise<void> {
  switch (scan.state) {
    case "planned": {
      if ((await tools.outbox.messageOf(liveMark(scan.id))) !== null) return;
      const plan = await planOfPlanned(tools, scan.id);
      const reply = { kind: "plan", head: headOf(scan), plan, at: tools.clock.now() } as const;
      const live = liveOf(tools, conversation, scan);
      live.show(reply);
      tools.track("plan", live.shown(Number.POSITIVE_INFINITY));
      return;
    }
    case "running":
    case "interrupted":
      return begin(tools, "scan", scan, async () => runToEnd(tools, conversation, scan));
    case "done":
    case "cancelled":
      begin(tools, "report", scan, async () => reportToEnd(tools, conversation, scan));
  }
}

/** Two who go on with the same scan at once begin it once. */
function begin(tools: ChatTools, what: string, { id }: Scan, work: () => Promise<void>): void {
  const underWay = underWayOf(tools);
  if (underWay.has(id)) return;
  underWay.add(id);
  tools.track(
    what,
    work().finally(() => underWay.delete(id)),
  );
}

function liveOf(tools: ChatTools, conversation: Conversation, scan: Scan) {
  return createLiveMessage(tools, conversation, {
    mark: liveMark(scan.id),
    isOurs: async () => isOursNow(tools, scan.id),
    async onRefused(reason) {
      // Where nothing can be said nothing is to be spent.
      await cancelScan(tools.records, scan.id, tools.clock.now());
      await conversation.whisper({ kind: "notice", tone: "problem", text: reason });
      await markReported(tools.records, scan.id);
    },
  });
}

/** Whether a person is to say that so many requests may be spent. Without a key that works there is nothing to spend. */
function asksFirst({ config }: ChatTools, { toLookUp, budget }: Plan): boolean {
  if (budget.keys === 0 && budget.renewsAt === null) return false;
  return toLookUp > config.confirmOver || toLookUp > budget.left;
}

async function writeDown(
  tools: ChatTools,
  incoming: CommandIncoming | MessageIncoming,
  { extraction, notes }: ChatInput,
  state: "planned" | "running",
): Promise<Scan> {
  const { records, config, clock } = tools;
  const { name, columns, pieces } = extraction;
  const id = await insertScan(records, {
    items: toItems(pieces, config.urlLookup),
    // Nobody goes on with it by asking for the same: what is known is cached.
    fingerprint: randomUUID(),
    options: { fresh: false, cachedOnly: false, urlLookup: config.urlLookup },
    source: {
      name,
      columns,
      findings: pieces.reduce((sum, piece) => sum + piece.count, 0),
      out: null,
      notes,
    },
    requestedBy: incoming.user.id,
    createdAt: clock.now(),
    state,
    chat: { conversation: incoming.conversation, delivery: incoming.delivery },
    audit: (subject) => ({
      at: clock.now(),
      who: nameWho(incoming.user),
      action: "scan",
      subject,
      detail: { source: name, indicators: pieces.length },
    }),
  });
  const scan = await findScan(records, id);
  if (scan === null) throw new Error(`scan ${id} is not in the records`);
  return scan;
}

async function runToEnd(tools: ChatTools, conversation: Conversation, scan: Scan): Promise<void> {
  const live = liveOf(tools, conversation, scan);
  await untilDone(tools, conversation, scan, async () => {
    const state = await run(tools, scan, live);
    if (state !== "interrupted") await reportInChat(tools, conversation, scan, live);
  });
}

async function reportToEnd(tools: ChatTools, conversation: Conversation, scan: Scan): Promise<void> {
  const live = liveOf(tools, conversation, scan);
  await untilDone(tools, conversation, scan, async () => reportInChat(tools, conversation, scan, live));
}

/** Does work about a scan again when it fails. Who asked is told once why nothing comes. */
async function untilDone(
  tools: ChatTools,
  conversation: Conversation,
  { id }: Scan,
  work: () => Promise<void>,
): Promise<void> {
  let isTold = false;
  for (let left = TRIES; !tools.signal.aborted;) {
    try {
      await work();
      return;
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === null) left -= 1;
      tools.log.error({ err: error, scanId: id }, "scan failed, is tried again");
      if (!isTold && (reason !== null || left === 0)) {
        isTold = true;
        await conversation.whisper({ kind: "notice", tone: "problem", text: toDelay(id, reason) });
      }
      if (left === 0) throw error;
      await tools.clock.wait(isAway(error) ? AWAY_PAUSE_MS : PAUSE_MS, tools.signal);
    }
  }
}

/** What a person can be told of a fault; null: nothing that helps. */
function reasonOf(error: unknown): string | null {
  if (error instanceof UserError) return error.message;
  return isAway(error) ? RECORDS_AWAY : null;
}

function toDelay(id: string, reason: string | null): string {
  return reason === null
    ? `${id} could not be finished: its operator finds the reason in the log. What is known is kept, and it goes on at the next start.`
    : `${id} cannot be finished at the moment, and is tried again until it can: ${reason}`;
}

async function run(
  tools: ChatTools,
  scan: Scan,
  live: ReturnType<typeof liveOf>,
): Promise<ScanReport["state"]> {
  const watch = watchInChat(tools, headOf(scan), live);
  try {
    const options = { out: null, patienceMs: Number.POSITIVE_INFINITY, resumed: false };
    const { state } = await runScan(tools, scan, options, watch.watcher, tools.signal);
    step("scan answered");
    return state;
  } finally {
    watch.stop();
  }
}
