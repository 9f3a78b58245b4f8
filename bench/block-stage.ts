import { appendFile } from "node:fs/promises";

import { systemClock } from "../src/clock.ts";
import { approve, endBlocks, recoverChanges, unblock, undo } from "../src/commands/approval.ts";
import { blockNotes } from "../src/commands/block-list.ts";
import { exportBlockList } from "../src/commands/export-block-list.ts";
import { importBlockList } from "../src/commands/import-block-list.ts";
import { blockList, why } from "../src/commands/lists.ts";
import { readConfig } from "../src/config.ts";
import { openTools } from "../src/core.ts";
import { parseBlacklist } from "../src/lists/blacklist.ts";
import { takeOverEdits } from "../src/lists/hand-edits.ts";
import { propose } from "../src/lists/proposal.ts";
import { NO_FACTS, type Facts, type Piece } from "../src/model.ts";
import { verifyAudit } from "../src/records/audit-trail.ts";
import { answeredRow } from "../src/scans/item-rows.ts";
import { itemsFrom, writeItems } from "../src/scans/item-store.ts";
import { insertScan } from "../src/scans/scan-store.ts";

const APPROVER = { id: "local:bench", name: "bench" };
const ATTEMPT = { user: APPROVER, groupsOf: async () => [], link: null };
const DAY_MS = 86_400_000;

/** As of one VirusTotal flags. */
const FACTS: Facts = {
  ...NO_FACTS,
  stats: { malicious: 9, suspicious: 0, harmless: 51, undetected: 34 },
  flaggedBy: Array.from({ length: 9 }, (_, at) => ({ engine: `Engine ${at}`, category: "malicious" })),
  owner: "Example LLC",
  asn: 64_500,
  country: "US",
};

export type BlockStage = Awaited<ReturnType<typeof openBlockStage>>;

/** The records and lists of a workspace, and what is done with them, each through the program's own functions. */
export async function openBlockStage(env: Readonly<Record<string, string>>) {
  const config = readConfig({ ...env, APPROVERS: APPROVER.id, MAX_BLOCKS_PER_APPROVAL: "1000" });
  const { tools, close } = await openTools(config, {
    isDemo: false,
    onProblem(sentence) {
      throw new Error(sentence);
    },
  });
  const { records } = tools;

  return {
    config,
    close,
    /** Takes a list over as `vtip blocklist import` does. */
    async import(ips: readonly string[]): Promise<void> {
      const input = { kind: "text", name: "old.txt", text: ips.map((ip) => `${ip}\n`).join("") } as const;
      const options = { reason: null, isDryRun: false, isSure: true };
      const report = await importBlockList(tools, input, options, ATTEMPT);
      if (report.taken !== ips.length) throw new Error(`${report.taken} of ${ips.length} were taken`);
    },
    /** Writes a scan down that found these unsafe, with the question whether to block them, and resolves to its id. */
    async propose(ips: readonly string[], delivery = ips[0] ?? ""): Promise<string> {
      const conversation = `bench:${delivery}`;
      const id = await insertScan(records, {
        items: ips.map(toPiece),
        fingerprint: "x",
        options: { fresh: false, cachedOnly: false, urlLookup: "host" },
        source: { name: "list.txt", columns: [], findings: ips.length, out: null },
        requestedBy: APPROVER.id,
        createdAt: Date.now(),
        chat: { conversation, delivery: conversation },
      });
      const answer = { outcome: "answered", facts: FACTS, checkedAt: Date.now(), cached: false } as const;
      const rows = await itemsFrom(records, id, 0, ips.length);
      await writeItems(
        records,
        rows.map((row) => answeredRow(row, answer, config.rule)),
      );
      const proposal = await propose(tools, { id, conversation, requestedBy: APPROVER.id });
      if (proposal === null) throw new Error("there is nothing to ask");
      return proposal;
    },
    /** Approves for a day. */
    approve: async (id: string) =>
      decided(approve(tools, id, { ...ATTEMPT, ips: null, days: 1, reason: null, isSure: false })),
    undo: async (id: string) => decided(undo(tools, id, ATTEMPT)),
    unblock: async (ip: string) => unblock(tools, ip, "ours", ATTEMPT),
    /** Takes out what was approved for a day. */
    end: async () => endBlocks({ ...tools, clock: { ...systemClock, now: () => Date.now() + 2 * DAY_MS } }),
    writeByHand: async (line: string) => appendFile(config.blacklistFile, `${line}\n`),
    takeOver: async () => takeOverEdits(tools),
    why: async (ip: string) => why(tools, ip),
    async blockList() {
      return { ...(await blockNotes(tools)), ...blockList(tools) };
    },
    /** Every byte of the list in a format. */
    async export(format: string): Promise<number> {
      const request = { format, collapse: false, comments: false, rules: false };
      let length = 0;
      for await (const chunk of (await exportBlockList(tools, request)).chunks()) length += chunk.length;
      return length;
    },
    /** The addresses of a list's text. */
    listed: (text: string) => parseBlacklist(text).addresses,
    /** How many changes are begun and not done. */
    async openChanges(): Promise<number> {
      const rows = await records.selectFrom("list_change").select("id").where("state", "=", "open").execute();
      return rows.length;
    },
    /** The addresses that were approved and whose block is not over. */
    async ownOpen(): Promise<readonly string[]> {
      const open = records.selectFrom("block").select("ip").where("ended_at", "is", null);
      return (await open.where("proposal_id", "is not", null).execute()).map(({ ip }) => ip);
    },
    recover: async () => recoverChanges(tools),
    verify: async () => verifyAudit(records),
    /** Every address whose block is not over. */
    async open(): Promise<readonly string[]> {
      const rows = await records.selectFrom("block").select("ip").where("ended_at", "is", null).execute();
      return rows.map(({ ip }) => ip);
    },
  };
}

async function decided(outcome: ReturnType<typeof approve>): Promise<void> {
  const approved = await outcome;
  if (approved.kind !== "decided") throw new Error(JSON.stringify(approved));
}

function toPiece(value: string, at: number): Piece {
  const indicator = { kind: "ip", value } as const;
  return { input: value, offset: at, indicator, rejected: null, skipped: null, count: 1, from: "text" };
}
