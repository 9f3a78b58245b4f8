import { sql, type Kysely } from "kysely";

import { appendAudits } from "../../src/records/audit-trail.ts";
import type { Tables } from "../../src/records/tables.ts";

type Row = Readonly<Record<string, string | number | null>>;

/** A day in 2026, in ms since 1970. */
export const THEN = 1_795_000_000_000;

const SCAN = {
  created_at: THEN,
  finished_at: THEN + 9000,
  state: "done",
  fingerprint: "f".repeat(64),
  options: JSON.stringify({ fresh: false, cachedOnly: false }),
  source: JSON.stringify({ kind: "text", name: null }),
  requested_by: "ann",
  owner: "1-0a1b2c3d",
  requests: 2,
  elapsed_ms: 9000,
};

const ITEM = {
  kind: "ip",
  value: "45.10.0.1",
  input: "45[.]10.0.1",
  offset: 0,
  count: 2,
  origin: "text",
  status: "unsafe",
  cause: null,
  reason: null,
  code: null,
  facts: null,
  checked_at: THEN + 4000,
  cached: 0,
};

const REQUEST = { lane: "list", started_at: THEN, answered_at: THEN + 400, owner: SCAN.owner };

/**
 * What a program whose newest migration was this one had written, in the columns of its time and nowhere else: each has
 * what it brought. Ids that count themselves up are 1 where others name them.
 */
export const ROWS: Readonly<Record<string, readonly (readonly [table: string, row: Row])[]>> = {
  "0001-scans-and-keys": [
    ["scan", { id: "S-AAAA", ...SCAN }],
    ["scan_item", { scan_id: "S-AAAA", position: 0, ...ITEM }],
    ["scan_item", { scan_id: "S-AAAA", position: 1, ...ITEM, value: null, status: null, checked_at: null }],
    ["key_request", { key: "k1", ...REQUEST }],
    ["key_usage", { key: "k1", day: "2026-11-18", used: 2 }],
    ["key_park", { key: "k2", until: null, refused: 1, reason: "refused", parked_at: THEN }],
  ],
  // Its rows carry hashes: see below.
  "0002-audit-trail": [],
  "0003-chat": [
    ["scan", { id: "S-BBBB", ...SCAN, conversation: "slack:C1", delivery: "slack:1", reported: 1 }],
    ["request", { delivery: "slack:1", received_at: THEN, state: "done", incoming: "", owner: SCAN.owner }],
    [
      "post",
      { mark: "S-BBBB/live", conversation: "slack:C1", state: "sent", message: "1.2", written_at: THEN },
    ],
  ],
  "0004-blocks": [
    ["list_change", { ...changeOf("add"), state: "done", owner: SCAN.owner }],
    ["proposal", proposalOf("S-BBBB")],
    ["block", blockOf("45.10.0.1", { until: THEN + 86_400_000, proposal_id: "P-BBBB" })],
    ["block", blockOf("45.10.0.2", { until: null, proposal_id: null })],
  ],
  "0005-block-notices": [["block_notice", { target: "webhook", audit_id: 2, notice: null, body: null }]],
  "0006-block-life": [
    ["recheck", { block_id: 1, ip: "45.10.0.1", at: THEN, status: "unsafe", facts: null }],
    ["flip", flipOf("S-BBBB")],
    ["digest", { id: "D-AAAA", channel: "slack:C1", at: THEN, state: "open", ...shown("open", 30) }],
    [
      "digest_block",
      { digest_id: "D-AAAA", block_id: 1, ip: "45.10.0.1", until: THEN + 86_400_000, recheck_id: 1 },
    ],
  ],
  "0007-usage-by-hour": [["key_usage_hour", { hour: "2026-11-18T08", key: "k1", used: 2 }]],
  "0008-processes": [
    ["process", { owner: SCAN.owner, seen_at: THEN }],
    ["lease", { name: "housekeeping", owner: SCAN.owner, until: THEN }],
    ["key_request", { key: "k1", ...REQUEST, indicator: "ip:45.10.0.1" }],
  ],
  "0009-list-identity": [["list_identity", { name: "blacklist", mark: 7 }]],
  "0010-tickets": [
    [
      "ticket",
      {
        hash: "h".repeat(44),
        purpose: "session 0a1b2c3d",
        user_id: "local:console",
        user_name: "console",
        until: THEN,
      },
    ],
  ],
};

/** Writes what a program of that migration would have, and of those before. */
export async function writeRows(db: Kysely<Tables>, upTo: string): Promise<void> {
  for (const [name, rows] of Object.entries(ROWS)) {
    if (name > upTo) return;
    if (name === "0002-audit-trail") await appendAudits(db, ["45.10.0.1", "45.10.0.2"].map(auditOf));
    for (const [table, row] of rows) await insert(db, table, row);
  }
}

async function insert(db: Kysely<Tables>, table: string, row: Row): Promise<void> {
  const columns = sql.join(Object.keys(row).map((name) => sql.ref(name)));
  await sql`insert into ${sql.table(table)} (${columns}) values (${sql.join(Object.values(row))})`.execute(
    db,
  );
}

function auditOf(subject: string) {
  return { at: THEN, who: "slack:U1 (ann)", action: "block", subject, detail: { reason: "seen twice" } };
}

function changeOf(kind: string): Row {
  const ips = JSON.stringify(["45.10.0.1", "45.10.0.2"]);
  return { at: THEN, kind, who: "slack:U1 (ann)", action: "block", wanted: ips, effective: ips };
}

function proposalOf(scanId: string): Row {
  const decided = { state: "blocked", decided_by: "slack:U1 (ann)", decided_at: THEN, shown: "blocked" };
  const asked = { conversation: "slack:C1", requested_by: "slack:U2 (bob)", created_at: THEN, change_id: 1 };
  return { id: scanId.replace("S-", "P-"), scan_id: scanId, ...asked, ...decided };
}

function blockOf(ip: string, more: Row): Row {
  return { ip, since: THEN, by: "slack:U1 (ann)", change_id: 1, scan_id: "S-BBBB", evidence: "{}", ...more };
}

function flipOf(scanId: string): Row {
  const verdicts = { before: "clean", after: "unsafe" };
  return { scan_id: scanId, ip: "45.10.0.1", at: THEN, list: "blacklisted", entry: "45.10.0.1", ...verdicts };
}

function shown(state: string, days: number): Row {
  return { extend_days: days, shown: state };
}
