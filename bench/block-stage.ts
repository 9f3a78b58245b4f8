import { appendFile } from "node:fs/promises";

import { pino } from "pino";

import { systemClock } from "../src/clock.ts";
import { approve, endBlocks, recoverChanges, unblock, undo } from "../src/commands/approval.ts";
import { readConfig } from "../src/config.ts";
import { parseBlacklist } from "../src/lists/blacklist.ts";
import { takeOverEdits } from "../src/lists/hand-edits.ts";
import type { ListTools } from "../src/lists/list-tools.ts";
import { createListings } from "../src/lists/listings.ts";
import { propose } from "../src/lists/proposal.ts";
import { NO_FACTS, type Facts, type Piece } from "../src/model.ts";
import { verifyAudit } from "../src/records/audit-trail.ts";
import { openRecords } from "../src/records/records.ts";
import { answeredRow } from "../src/scans/item-rows.ts";
import { itemsFrom, writeItems } from "../src/scans/item-store.ts";
import { insertScan } from "../src/scans/scan-store.ts";

const APPROVER = { id: "local:bench", name: "bench" };
export const ATTEMPT = { user: APPROVER, groupsOf: async () => [], link: null };
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
  const records = await openRecords(config);
  const tools: ListTools = {
    config,
    clock: systemClock,
    log: pino({ enabled: false }),
    records,
    listings: createListings(config),
  };

  return {
    tools,
    close: async () => records.destroy(),
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
    /** The addresses of a list's text. */
    listed: (text: string) => parseBlacklist(text).addresses,
    /** How many changes are begun and not done. */
    async openChanges(): Promise<number> {
      const rows = await records.selectFrom("list_change").select("id").where("state", "=", "open").execute();
      return rows.length;
    },
    /** How many changes were ever written down. */
    async changes(): Promise<number> {
      const { last } = await records
        .selectFrom("list_change")
        .select((row) => row.fn.max("id").as("last"))
        .executeTakeFirstOrThrow();
      return last;
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
