import type { Generated } from "kysely";

import type { SkipCause, Status } from "../model.ts";
import type { BlockNoticeTable, BlockTable, ListChangeTable, ProposalTable } from "./list-tables.ts";

/** Times are ms since 1970, booleans 0 or 1, so that the same columns work in SQLite and PostgreSQL. */
export interface Tables {
  scan: ScanTable;
  scan_item: ScanItemTable;
  key_request: KeyRequestTable;
  key_usage: KeyUsageTable;
  key_usage_hour: KeyUsageHourTable;
  key_park: KeyParkTable;
  audit: AuditTable;
  audit_head: AuditHeadTable;
  request: RequestTable;
  post: PostTable;
  proposal: ProposalTable;
  list_change: ListChangeTable;
  block: BlockTable;
  block_notice: BlockNoticeTable;
  recheck: RecheckTable;
  flip: FlipTable;
  digest: DigestTable;
  digest_block: DigestBlockTable;
  process: ProcessTable;
  lease: LeaseTable;
  list_identity: ListIdentityTable;
  ticket: TicketTable;
}

export interface ScanTable {
  id: string;
  created_at: number;
  finished_at: number | null;
  /**
   * `running` with an owner that is dead means interrupted; `planned` waits for a person to start it; a `draft` is
   * still being written, and no scan yet.
   */
  state: "draft" | "planned" | "running" | "done" | "cancelled";
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
  /** Where it is reported; null for one of the command line. */
  conversation: string | null;
  /** The delivery that asked for it, so that the same one never makes a second scan. */
  delivery: string | null;
  /** 1 when everything about it has been said in its conversation. */
  reported: Generated<number>;
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
  lane: "person" | "list" | "spare";
  started_at: number;
  answered_at: number | null;
  owner: string;
  /** What is asked about, as the cache names it; null in rows of earlier versions. */
  indicator: string | null;
}

/** Requests a key spent on one UTC day, `2026-11-21`. */
interface KeyUsageTable {
  key: string;
  day: string;
  used: number;
}

/** Requests a key spent in one UTC hour, `2026-11-21T08`; kept for a month. */
interface KeyUsageHourTable {
  hour: string;
  key: string;
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

/** What a chat platform delivered, remembered for a day so that a repeat is seen. */
interface RequestTable {
  delivery: string;
  received_at: number;
  state: "open" | "done";
  /** JSON of Incoming while it is open, then empty: what people paste is not kept. */
  incoming: string;
  owner: string;
}

/** A message that is to be posted, written before it is sent. */
interface PostTable {
  mark: string;
  conversation: string;
  state: "pending" | "sent" | "refused";
  /** The platform's name of it, once it is sent. */
  message: string | null;
  written_at: number;
}

/** What was found when a blocked address was looked up again before its block ends. */
interface RecheckTable {
  id: Generated<number>;
  block_id: number;
  ip: string;
  /** When VirusTotal was asked. */
  at: number;
  status: Status;
  /** JSON of Facts; null where VirusTotal has no record. */
  facts: string | null;
}

/** A verdict that went over to or from unsafe, of an address that is blocked or whitelisted. */
export interface FlipTable {
  /** The scan that found it. */
  scan_id: string;
  ip: string;
  at: number;
  list: "blacklisted" | "whitelisted";
  /** The list's entry, as it was written. */
  entry: string;
  before: Status;
  after: Status;
  /** A conversation in the channel that hears of it in its digest; null: none does. */
  conversation: string | null;
  /** The digest that has it; null while none has. */
  digest_id: string | null;
}

/** What a channel is told once a day of the blocks that were approved in it. */
export interface DigestTable {
  id: string;
  /** The conversation that is the channel itself. */
  channel: string;
  /** The hour that it is for: a channel has one a day. */
  at: number;
  /** `closed`: nothing of it can be decided any more; `given up`: its channel does not take it. */
  state: "open" | "closed" | "given up";
  /** How long **Extend** lets blocks stay on, as its message says. */
  extend_days: number;
  /** JSON of what approvers chose and were asked about once more, by `User.id`. */
  choices: string | null;
  /** What its message shows, in short; another one than it is now means that the message is to be edited. */
  shown: string;
}

/** A block that a digest asks about. */
export interface DigestBlockTable {
  digest_id: string;
  block_id: number;
  ip: string;
  /** When the block was to end. */
  until: number;
  /** What was found when it was looked up again; null: it was not. */
  recheck_id: number | null;
  decision: "extended" | "let go" | null;
  decided_by: string | null;
  decided_at: number | null;
  /** When it ends since it was extended; null: not by itself. */
  new_until: number | null;
}

/** A run of the program that works on these records, beside others. */
interface ProcessTable {
  owner: string;
  /** By the database's clock. */
  seen_at: number;
}

/** What one process does for all, until when by the database's clock. */
interface LeaseTable {
  name: string;
  owner: string;
  until: number;
}

/** Which file a list is: the mark that its lock keeps. */
interface ListIdentityTable {
  name: string;
  mark: number;
}

/** What stands for somebody for a while, such as the cookie of a browser. */
interface TicketTable {
  /** SHA-256 of the ticket, in base64. */
  hash: string;
  /** What it is good for. */
  purpose: string;
  user_id: string;
  user_name: string;
  /** In ms since 1970. */
  until: number;
}
