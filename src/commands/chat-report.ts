import { toCard } from "../card.ts";
import type { Conversation, PageSize, Post } from "../chat.ts";
import { contentOf, propose } from "../lists/proposal.ts";
import { flipsOf } from "../lists/scan-flips.ts";
import type { Result, Status, Summary } from "../model.ts";
import type { Reply } from "../reply.ts";
import { markReported } from "../scans/chat-scans.ts";
import { cancelOpenItems } from "../scans/item-store.ts";
import { findScan } from "../scans/scan-store.ts";
import type { Scan } from "../scans/scan.ts";
import { step } from "../step.ts";
import { postFile } from "./chat-file.ts";
import { headOf } from "./chat-head.ts";
import type { ChatTools } from "./chat-tools.ts";
import type { LiveMessage } from "./live-message.ts";
import { isOursNow } from "./ours-now.ts";
import { proposalReply } from "./proposal-reply.ts";
import { resultsOf } from "./scan-report.ts";
import { toSums } from "./scans.ts";

/** A thread takes at most 20 messages about a scan: the one that asked, the live message, these, the file, the approval card. */
const MOST_PAGES = 16;
/** Changed verdicts that are shown one by one; they take the place of a page. */
const MOST_FLIPS = 20;
/** Up to so many rows a thread shows all of them, also those that are clean. */
const FEW_ROWS = 10;
/** Rows that the summary itself shows. */
const FIRST_ROWS = 5;

const IN_THREAD: readonly Status[] = ["unsafe", "suspicious", "failed", "skipped", "rejected"];
const WITH_ALL: readonly Status[] = [...IN_THREAD, "unknown", "clean"];

/** Says how a scan ended, in its live message and under it; each message once, also when it is done again. */
export async function reportInChat(
  tools: ChatTools,
  conversation: Conversation,
  { id }: Scan,
  live: LiveMessage,
): Promise<void> {
  const scan = await findScan(tools.records, id);
  if (scan === null) return;
  const { records } = tools;
  if (scan.state === "cancelled") await cancelOpenItems(records, id, "cancelled before it was asked");
  const { summary } = await toSums(tools, scan);
  const sent = await live.end(await toReport(tools, scan, summary));
  step("summary shown");
  if (sent.kind === "interrupted") return;
  if (sent.kind === "sent" && !(await postUnder(tools, conversation, scan, summary, sent.message))) return;
  await markReported(records, id);
  step("scan reported");
}

/** False when the program ends before all is said. */
async function postUnder(
  tools: ChatTools,
  conversation: Conversation,
  scan: Scan,
  summary: Summary,
  under: string,
): Promise<boolean> {
  async function post(mark: string, reply: Reply): Promise<boolean> {
    const isOurs = async () => isOursNow(tools, scan.id);
    const sent = await tools.outbox.post(conversation, { mark, reply, under }, isOurs);
    return sent.kind === "refused"
      ? postProblem(tools, conversation, { mark, reply, under }, sent.reason)
      : sent.kind === "sent";
  }
  if (isUntouched(scan, summary)) return true;
  const flips = await flipsOf(tools, scan.id, MOST_FLIPS);
  const mostPages = flips.count === 0 ? MOST_PAGES : MOST_PAGES - 1;
  if (
    !conversation.showsRecords &&
    !(await postTable(tools, conversation, scan, { summary, mostPages }, post))
  )
    return false;
  const changed: Reply = { kind: "flips", scanId: scan.id, flips };
  if (flips.count > 0 && !(await post(`${scan.id}/flips`, changed))) return false;
  const content = await contentOf(tools, { scanId: scan.id });
  if (content.toBlock.length === 0) {
    // Why strangers' addresses are left out stands nowhere else.
    const reply: Reply = { kind: "nothing-to-block", scanId: scan.id, content };
    return content.spared.length === 0 || post(`${scan.id}/left-out`, reply);
  }
  const proposalId = await propose(tools, {
    id: scan.id,
    conversation: conversation.id,
    requestedBy: scan.requestedBy,
  });
  step("proposal written");
  const reply = proposalId === null ? null : await proposalReply(tools, proposalId);
  return reply === null || proposalId === null || post(proposalId, reply);
}

/** The table, as far as it fits, and the file. False when the program ends before. */
async function postTable(
  tools: ChatTools,
  conversation: Conversation,
  scan: Scan,
  { summary, mostPages }: { readonly summary: Summary; readonly mostPages: number },
  post: (mark: string, reply: Reply) => Promise<boolean>,
): Promise<boolean> {
  const { pages, inFileOnly } = await toPages(tools, scan, summary, {
    ...conversation.page,
    pages: mostPages,
  });
  for (const [at, reply] of pages.entries()) {
    if (!(await post(`${scan.id}/rows-${at + 1}`, reply))) return false;
  }
  const text =
    inFileOnly === 0 ? "All results" : `All results, ${inFileOnly.toLocaleString("en-US")} of them only here`;
  const { mostFileBytes } = conversation;
  if (!(await postFile(tools, scan, { summary, text, mostFileBytes }, post))) return false;
  step("file sent");
  return true;
}

const MISSING: Readonly<Partial<Record<Reply["kind"], string>>> = {
  rows: "A part of the table could not be posted; the file has all of it",
  file: "The xlsx could not be posted",
  "nothing-to-block": "The card that says why nothing can be blocked could not be posted",
  flips: "Verdicts of listed addresses changed; the card that says which could not be posted",
  proposal: "The approval card could not be posted, so nothing can be blocked from here",
};

/** Says what is missing in the thread, and why; where not even that may stand, to the one who asked. */
async function postProblem(
  tools: ChatTools,
  conversation: Conversation,
  { mark, reply, under }: Post,
  reason: string,
): Promise<boolean> {
  const text = `${MISSING[reply.kind] ?? "Something could not be posted"}. ${reason}`;
  const problem: Reply = { kind: "notice", tone: "problem", text };
  const sent = await tools.outbox.post(conversation, { mark: `${mark}-missing`, reply: problem, under });
  if (sent.kind === "refused") await conversation.whisper(problem);
  return sent.kind !== "interrupted";
}

/** A plan that was cancelled before it ran has nothing to show. */
function isUntouched(scan: Scan, { skipped, rejected, indicators }: Summary): boolean {
  return scan.state === "cancelled" && scan.elapsedMs === 0 && skipped === indicators && rejected === 0;
}

async function toReport(tools: ChatTools, scan: Scan, summary: Summary): Promise<Reply> {
  const total = summary.indicators + summary.rejected;
  const first = await take(tools, scan.id, total === 1 ? WITH_ALL : ["unsafe"], FIRST_ROWS);
  const oldest = await oldestAnalysis(tools, scan.id);
  return {
    kind: "report",
    head: headOf(scan),
    state: scan.state === "cancelled" ? "cancelled" : "done",
    summary,
    first,
    oldestAnalysisAt: oldest,
    rule: tools.config.rule,
    at: tools.clock.now(),
  };
}

async function oldestAnalysis(tools: ChatTools, id: string): Promise<number | null> {
  let oldest: number | null = null;
  for await (const { facts } of resultsOf(tools, id, ["unsafe", "suspicious", "clean"])) {
    const at = facts?.analysedAt ?? null;
    if (at !== null && (oldest === null || at < oldest)) oldest = at;
  }
  return oldest;
}

async function take(
  tools: ChatTools,
  id: string,
  statuses: readonly Status[],
  most: number,
): Promise<Result[]> {
  const results: Result[] = [];
  if (most === 0) return results;
  for await (const result of resultsOf(tools, id, statuses)) {
    results.push(result);
    if (results.length >= most) break;
  }
  return results;
}

async function toPages(
  tools: ChatTools,
  scan: Scan,
  summary: Summary,
  size: PageSize & { readonly pages: number },
): Promise<{ readonly pages: readonly Reply[]; readonly inFileOnly: number }> {
  const total = summary.indicators + summary.rejected;
  const statuses = total <= FEW_ROWS ? WITH_ALL : IN_THREAD;
  const rows = await take(tools, scan.id, statuses, size.pages * size.rows);
  const pages = cut(rows, size, (result) => lengthOf(tools, result)).slice(0, size.pages);
  const inFileOnly = total - pages.reduce((sum, page) => sum + page.length, 0);
  const replies = pages.map((page, at) => ({
    ...toRows(tools, page),
    scanId: scan.id,
    page: at + 1,
    pages: pages.length,
    inFileOnly,
  }));
  return { pages: replies, inFileOnly };
}

function toRows({ config, clock }: ChatTools, rows: readonly Result[]) {
  const about = { scanId: "", page: 1, pages: 1, inFileOnly: 0, rule: config.rule, at: clock.now() };
  return { kind: "rows", rows, ...about } as const;
}

/** As many characters as the row takes on a card. */
function lengthOf(tools: ChatTools, result: Result): number {
  return JSON.stringify(toCard(toRows(tools, [result])).blocks).length;
}

function cut(rows: readonly Result[], size: PageSize, lengthOf: (row: Result) => number): Result[][] {
  const pages: Result[][] = [];
  let room = 0;
  for (const row of rows) {
    const length = lengthOf(row);
    const page = pages.at(-1);
    if (page === undefined || page.length >= size.rows || length > room) {
      pages.push([row]);
      room = size.characters - length;
    } else {
      page.push(row);
      room -= length;
    }
  }
  return pages;
}
