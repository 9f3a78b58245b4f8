import type { Generated } from "kysely";

import type { SkipCause, Status } from "../model.ts";

/** Times are ms since 1970, booleans 0 or 1, so that the same columns work in SQLite and PostgreSQL. */
export interface Tables {
  scan: ScanTable;
  scan_item: ScanItemTable;
  key_request: KeyRequestTable;
  key_usage: KeyUsageTable;
  key_park: KeyParkTable;
  audit: AuditTable;
  audit_head: AuditHeadTable;
}

export interface ScanTable {
  id: string;
  created_at: number;
  finished_at: number | null;
  /** `running` with an owner that is dead means interrupted. */
  state: "running" | "done" | "cancelled";
  /** Same input and options = same fingerprint, so that the same command again goes on with the same scan. */
  fingerprint: string;
  /** JSON of ScanOptions. */
  options: string;
  /** JSON of ScanSource. */
  source: string;
  requested_by: string;
  /** The process that works on it. */
  owner: string;
  requests: number;
  elapsed_ms: number;
}

export interface ScanItemTable {
  scan_id: string;
  /** Place in the input, from 0. */
  position: number;
  kind: string | null;
  value: string | null;
  input: string;
  offset: number;
  count: number;
  origin: "text" | "url";
  /** Null while it has no answer. */
  status: Status | null;
  cause: SkipCause | null;
  reason: string | null;
  /** VirusTotal's code of a failure. */
  code: string | null;
  /** JSON of Facts. */
  facts: string | null;
  checked_at: number | null;
  cached: number;
}

/** One row a request that may still lie in a key's window. `answered_at` is null while it is under way. */
interface KeyRequestTable {
  id: Generated<number>;
  key: string;
  lane: "person" | "list";
  started_at: number;
  answered_at: number | null;
  owner: string;
}

/** Requests a key spent on one UTC day, `2026-11-21`. */
interface KeyUsageTable {
  key: string;
  day: string;
  used: number;
}

/** Until when a key rests and why; `refused` = 1: VirusTotal does not accept it. */
interface KeyParkTable {
  key: string;
  until: number | null;
  refused: number;
  reason: string;
  parked_at: number;
}

/** One act upon the lists. The database refuses to change or delete it. */
export interface AuditTable {
  id: Generated<number>;
  at: number;
  who: string;
  action: string;
  subject: string;
  /** JSON. */
  detail: string;
  /** Hash of the entry before. */
  previous: string;
  hash: string;
}

/** One row: which entry is the last, so that a cut-off end is noticed. */
interface AuditHeadTable {
  hash: string;
  last_id: number;
}
