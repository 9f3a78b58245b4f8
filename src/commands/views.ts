import { UserError } from "../errors.ts";
import { FEEDS } from "../feeds/formats.ts";
import { toAddress, toCanonical } from "../lists/address.ts";
import type { Piece } from "../model.ts";
import { toCsv } from "../report/csv-parts.ts";
import { toRecord, type ResultRecord } from "../report/record.ts";
import { judgeAnswer } from "../report/verdict.ts";
import { findByDelivery, findUnfinishedOf } from "../scans/chat-scans.ts";
import { toScanId } from "../scans/scan-id.ts";
import { findScan } from "../scans/scan-store.ts";
import type { Scan, ScanSums } from "../scans/scan.ts";
import type { Readiness, Views } from "../views.ts";
import { askedAbout } from "./asked-about.ts";
import { digestReplies, digestReply } from "./digest-reply.ts";
import { auditPage, blocksPage } from "./list-pages.ts";
import { createListVersions } from "./list-version.ts";
import { readTail } from "./log-tail.ts";
import { proposalReply } from "./proposal-reply.ts";
import { readiness } from "./readiness.ts";
import { createResultPages } from "./result-pages.ts";
import { writeReport } from "./scan-report.ts";
import { toSums } from "./scans.ts";
import type { Tools } from "./tools.ts";
import { usageByDay, usageByHour } from "./usage.ts";
import { createVerdictDays } from "./verdict-days.ts";

/** What only the program knows that serves chat platforms. */
export interface ChatViews extends Pick<Views, "linkOf"> {
  readonly platforms: () => readonly Readiness[];
}

/** What is shown of records and lists. */
export function createViews(tools: Tools, chat: ChatViews): Views {
  const { records } = tools;
  const pages = createResultPages(tools);
  const versions = createListVersions(tools);
  return {
    findScan: async (id) => sumsOf(tools, await findScan(records, toScanId(id))),
    linkOf: chat.linkOf,
    scanOfDelivery: async (delivery) => sumsOf(tools, await findByDelivery(records, delivery)),
    results: async (scanId, query) => pages.page(scanId, query),
    resultsCsv: (scanId, query) => toCsv(pages.all(scanId, query)),
    writeXlsx: async (scanId, out) => writeXlsx(tools, scanId, out),
    addressOf(text) {
      const address = toAddress(text.trim());
      return address === null ? null : toCanonical(address);
    },
    known: async (addresses) => known(tools, addresses),
    askedAbout: async (conversation, addresses) =>
      askedAbout(records, conversation, addresses, tools.clock.now()),
    unfinishedScans: async (conversation) => findUnfinishedOf(records, conversation),
    openProposals: async () => openProposals(tools),
    proposal: async (id) => proposalReply(tools, id),
    digests: async () => digestReplies(tools, tools.clock.now()),
    digest: async (id) => digestReply(tools, id),
    blocks: async (query) => blocksPage(records, query),
    auditPage: async (query) => auditPage(records, query),
    countBlocked: async () => tools.listings.lines().blacklist.count,
    countProposals: async () => countProposals(tools),
    stillMs: () => Math.max(0, (tools.lookUps.closure()?.until ?? 0) - tools.clock.now()),
    blockListVersion: versions.version,
    blockListChangedAt: versions.changedAt,
    formats: FEEDS.map(({ name }) => name),
    usageByDay: async () => usageByDay(tools),
    usageByHour: async () => usageByHour(tools),
    verdictsByDay: createVerdictDays(tools),
    logTail: async () => readTail(tools.config.logFile),
    activity: tools.lookUps.activity,
    readiness: async () => [...(await readiness(tools)), ...chat.platforms()],
  };
}

async function sumsOf(tools: Tools, scan: Scan | null): Promise<ScanSums | null> {
  return scan === null ? null : toSums(tools, scan);
}

async function writeXlsx(tools: Tools, scanId: string, out: string): Promise<void> {
  const sums = await sumsOf(tools, await findScan(tools.records, scanId));
  if (sums === null) throw new UserError(`There is no scan ${scanId}.`);
  const { scan, summary } = sums;
  const state = scan.state === "done" || scan.state === "cancelled" ? scan.state : "interrupted";
  const problem = await writeReport(tools, scan, out, { state, startedAt: scan.createdAt }, summary);
  if (problem !== null) throw new UserError(problem);
}

async function known(
  { lookUps, listings, config }: Tools,
  addresses: readonly string[],
): Promise<readonly (ResultRecord | null)[]> {
  const indicators = addresses.map((value) => ({ kind: "ip", value }) as const);
  const answers = await lookUps.known(indicators, { old: false });
  const listingOf = listings.now();
  return indicators.map((indicator, at) => {
    const answer = answers[at] ?? null;
    if (answer?.outcome !== "answered") return null;
    const { facts, checkedAt, cached } = answer;
    const { value: input } = indicator;
    const piece: Piece = {
      input,
      offset: 0,
      indicator,
      rejected: null,
      skipped: null,
      count: 1,
      from: "text",
    };
    const status = judgeAnswer(answer, config.rule);
    const listing = listingOf(indicator, facts);
    return toRecord(
      { piece, status, reason: null, facts, checkedAt, cached, old: false, listing },
      config.rule,
    );
  });
}

/** So many cards are shown at once. */
const MOST_PROPOSALS = 50;

async function openProposals(tools: Tools) {
  const rows = await tools.records
    .selectFrom("proposal")
    .select("id")
    .where("state", "=", "open")
    .orderBy("created_at", "desc")
    .limit(MOST_PROPOSALS)
    .execute();
  const replies = await Promise.all(rows.map(async ({ id }) => proposalReply(tools, id)));
  return replies.flatMap((reply) => (reply?.kind === "proposal" ? [reply] : []));
}

async function countProposals({ records }: Tools): Promise<readonly { state: string; count: number }[]> {
  return records
    .selectFrom("proposal")
    .select(["state", (row) => row.fn.countAll<number>().as("count")])
    .groupBy("state")
    .execute();
}
