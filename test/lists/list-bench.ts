import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { pino } from "pino";

import { readConfig } from "../../src/config.ts";
import type { ListTools } from "../../src/lists/list-tools.ts";
import { createListings } from "../../src/lists/listings.ts";
import { NO_FACTS, type Facts, type Piece } from "../../src/model.ts";
import { readAudit, type AuditRow } from "../../src/records/audit-trail.ts";
import { openRecords } from "../../src/records/records.ts";
import { answeredRow } from "../../src/scans/item-rows.ts";
import { itemsFrom, writeItems } from "../../src/scans/item-store.ts";
import { insertScan } from "../../src/scans/scan-store.ts";
import { createMovedClock, type MovedClock } from "../moved-clock.ts";
import { databaseEnv } from "../records/place.ts";

export const NOW = Date.parse("2026-11-21T10:00:00Z");
export const ANN = { id: "slack:U1", name: "ann" };
export const BOB = { id: "slack:U2", name: "bob" };
export const DAY_MS = 86_400_000;

/** Records and lists in a folder, with nothing around them. */
export interface ListBench {
  readonly tools: ListTools & { readonly clock: MovedClock };
  /** Writes down a scan with these answers, as if it had run. */
  scan(objects: Readonly<Record<string, Facts>>, requestedBy?: string): Promise<ScannedFor>;
  blacklist(text?: string): string;
  whitelist(text: string): void;
  audit(): Promise<readonly AuditRow[]>;
  /** The trail in short: `action subject`. */
  acts(): Promise<readonly string[]>;
  close(): Promise<void>;
}

interface ScannedFor {
  readonly id: string;
  readonly conversation: string;
  readonly requestedBy: string;
}

/** Opens what is in `folder`. Ann approves, unless `env` says otherwise. */
export async function openListBench(
  folder: string,
  env: Readonly<Record<string, string>> = {},
  now = NOW,
): Promise<ListBench> {
  const path = (name: string) => join(folder, name);
  const config = readConfig({
    APPROVERS: ANN.id,
    DATA_DIR: path("data"),
    ...databaseEnv(path("data")),
    WHITELIST_FILE: path("whitelist.txt"),
    BLACKLIST_FILE: path("blacklist.txt"),
    ...env,
  });
  const records = await openRecords(config);
  const clock = createMovedClock(now);
  const log = pino({ enabled: false });
  const tools = { config, clock, log, records, listings: createListings(config) };
  async function audit(): Promise<readonly AuditRow[]> {
    const rows: AuditRow[] = [];
    for await (const row of readAudit(records)) rows.push(row);
    return rows;
  }
  return {
    tools,
    audit,
    scan: async (objects, requestedBy = BOB.id) => insertAnswered(tools, objects, requestedBy),
    blacklist(text) {
      if (text !== undefined) writeFileSync(config.blacklistFile, text);
      return existsSync(config.blacklistFile) ? readFileSync(config.blacklistFile, "utf8") : "";
    },
    whitelist: (text) => writeFileSync(config.whitelistFile, text),
    acts: async () => (await audit()).map(({ action, subject }) => `${action} ${subject}`),
    close: async () => records.destroy(),
  };
}

/** What VirusTotal says of something that so many of 94 engines flag. */
export function flaggedBy(count: number, more: Partial<Facts> = {}): Facts {
  const engines = Array.from({ length: count }, (_, at) => ({
    engine: `Engine ${at + 1}`,
    category: "malicious",
  }));
  return {
    ...NO_FACTS,
    stats: { malicious: count, suspicious: 0, harmless: 60, undetected: 34 - count },
    flaggedBy: engines,
    owner: "Example LLC",
    asn: 64_500,
    country: "US",
    ...more,
  };
}

async function insertAnswered(
  { records, config, clock }: ListTools,
  objects: Readonly<Record<string, Facts>>,
  requestedBy: string,
): Promise<ScannedFor> {
  const conversation = "slack:C1/1.1";
  const id = await insertScan(records, {
    items: Object.keys(objects).map(toPiece),
    fingerprint: "x",
    options: { fresh: false, cachedOnly: false, urlLookup: "host" },
    source: { name: "list.txt", columns: [], findings: 1, out: null },
    requestedBy,
    createdAt: clock.now(),
    chat: { conversation, delivery: `d-${Math.random()}` },
  });
  const rows = await itemsFrom(records, id, 0, 1_000_000);
  const answered = rows.map((row) => {
    const facts = objects[row.value ?? ""] ?? null;
    return answeredRow(
      row,
      { outcome: "answered", facts, checkedAt: clock.now(), cached: false },
      config.rule,
    );
  });
  await writeItems(records, answered);
  return { id, conversation, requestedBy };
}

function toPiece(value: string, at: number): Piece {
  const kind = /^[\d.]+$|:/u.test(value) ? "ip" : "domain";
  const indicator = { kind, value } as const;
  return { input: value, offset: at, indicator, rejected: null, skipped: null, count: 1, from: "text" };
}
