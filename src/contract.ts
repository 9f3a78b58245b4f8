import type { User } from "./chat.ts";
import type { Adoption } from "./commands/adopt-block-list.ts";
import type { Guard } from "./lists/guard.ts";
import type { ImportCause, ImportOptions, ImportRecord, ImportReport } from "./lists/import-report.ts";
import type { ListLine } from "./lists/list-line.ts";
import type { StandingBlock, Story } from "./lists/story-event.ts";
import type { UpdatedList, WarningListUpdate } from "./lists/warning-list-update.ts";
import type { KeyQuota, Piece, Plan, Result, Status, Summary, VerdictRule } from "./model.ts";
import type { AuditCheck, AuditRow } from "./records/audit-trail.ts";
import type { Tickets } from "./records/tickets.ts";
import type { Flips } from "./reply.ts";
import type { AuditFormat } from "./report/audit-text.ts";
import type { ResultRecord, SummaryRecord } from "./report/record.ts";
import type { Progress, ScanSums } from "./scans/scan.ts";
import type { Sighting } from "./scans/sightings.ts";
import type { Views } from "./views.ts";

export type {
  Adapter,
  AdapterLog,
  Bot,
  Conversation,
  Delivered,
  Fetched,
  Found,
  Incoming,
  MessageIncoming,
  Post,
  Upload,
  User,
} from "./chat.ts";
export type { CommandLine, CommandLineTools, Demo, DemoSetting } from "./command-line-contract.ts";
export type { Reply } from "./reply.ts";
export {
  RESULT_ORDERS,
  type AllResultsQuery,
  type BlockView,
  type DayUsage,
  type HourUsage,
  type ResultsPage,
  type VerdictDay,
} from "./views.ts";
export type { UpdatedList, WarningListUpdate };
export type {
  AuditFormat,
  AuditRow,
  ImportCause,
  ImportRecord,
  ImportReport,
  Status,
  KeyQuota,
  Piece,
  Progress,
  Result,
  ResultRecord,
  ScanSums,
  Tickets,
};

/** What a person gave: text, a file of this machine, or bytes that came in. `name` is how a report calls it. */
export type Input =
  | { readonly kind: "text"; readonly name: string; readonly text: string }
  | { readonly kind: "bytes"; readonly name: string; readonly bytes: Uint8Array }
  | { readonly kind: "file"; readonly path: string };

/** What was found in an input, and which of its columns were read because of their heading. */
export interface Extraction {
  readonly name: string;
  readonly columns: readonly string[];
  readonly pieces: readonly Piece[];
}

/** A scan that a person asks for. */
export interface ScanRequest {
  readonly input: Input;
  readonly fresh: boolean;
  readonly cachedOnly: boolean;
  /** Where the xlsx goes; null for none; left out, where the scan's first run had it. */
  readonly out?: string | null;
  /** Who asks, such as `cli:local` or `slack:U012AB3CD`. */
  readonly requestedBy: string;
  /** Longer than this a look-up does not wait for a resting key, in ms; Infinity: it waits for a budget too. */
  readonly patienceMs: number;
}

/** How a scan begins: what it costs, and whether it goes on with one that was interrupted. */
export interface ScanStart {
  readonly scanId: string;
  readonly source: string;
  readonly columns: readonly string[];
  readonly resumed: boolean;
  /** No request is spent, so the plan's cost does not apply. */
  readonly cachedOnly: boolean;
  readonly plan: Plan;
}

/** Hears of a scan while it runs. */
export interface ScanWatcher {
  /** Nothing is asked before it resolves, so that a scan that cannot be shown can be cancelled here for free. */
  onStart(start: ScanStart): void | Promise<void>;
  onProgress(progress: Progress): void;
  /** Each result in the order of the input, as soon as all before it are there. Only called when given. */
  onRecord?(record: ResultRecord): Promise<void>;
}

/** How a scan ended. */
export interface ScanReport {
  readonly scanId: string;
  readonly state: "done" | "cancelled" | "interrupted";
  readonly summary: Summary;
  readonly summaryRecord: SummaryRecord;
  /** Indicators that could not be checked though they might have been: failed, over budget, not cached, cancelled. */
  readonly unchecked: number;
  /** Whether VirusTotal refuses every key. */
  readonly isRefused: boolean;
  /** Verdicts of listed addresses that changed. */
  readonly flips: Flips;
  /** Where the xlsx is; null when none was wanted, or it could not be written. */
  readonly out: string | null;
  /** Why the xlsx could not be written, or null. */
  readonly outProblem: string | null;
  /** The results, the worst first. May be read more than once. */
  results(): AsyncIterable<Result>;
}

/** What is known about one address. */
export interface Why {
  readonly ip: string;
  /** Its line on the blacklist, or null. */
  readonly blocked: ListLine | null;
  /** What the records have of that; null where they have nothing yet. */
  readonly block: StandingBlock | null;
  /** The whitelist's line that protects it, or null. */
  readonly protectedBy: ListLine | null;
  /** What else keeps it from being proposed: an own network, or a list of shared infrastructure. */
  readonly guard: Guard | null;
  readonly sightings: { readonly count: number; readonly newest: readonly Sighting[] };
  /** What people did with it, oldest first. */
  readonly acts: readonly AuditRow[];
  /** All that happened to it. */
  readonly story: Story;
}

/** Whether the whitelist covers an indicator. */
export interface WhitelistCheck {
  readonly indicator: string;
  readonly line: ListLine | null;
  /** Whether owner and AS number could be compared. */
  readonly isOwnerKnown: boolean;
}

/** What is blocked: canonical addresses in the order of the file, and those of them that the whitelist covers. */
export interface BlockList {
  readonly addresses: readonly string[];
  readonly whitelisted: readonly string[];
}

/** How what is blocked is to be written. */
export interface ExportRequest {
  /** `plain`, `csv`, `nftables`, …; see docs/firewalls.md. */
  readonly format: string;
  /** Neighbours are joined into the fewest networks that hold exactly the same addresses. */
  readonly collapse: boolean;
  /** Who, when and why, in comments. */
  readonly comments: boolean;
  /** Rules that drop what is listed. */
  readonly rules: boolean;
}

/** What is blocked as it was when it was asked for, in a format for firewalls. */
export interface BlockListExport {
  /** For HTTP. */
  readonly contentType: string;
  /** Of a file's name, without the dot. */
  readonly extension: string;
  /** Addresses and networks in it. */
  readonly entries: number;
  /** Sentences for the person: what was left out, which products do not take so many. */
  readonly notes: readonly string[];
  /** Its text, in whole lines; the same as long as the list is the same. May be read more than once. */
  chunks(): AsyncIterable<string>;
  /** Replaces a file whole, or leaves it as it was. @throws UserError when it cannot be written. */
  writeTo(file: string): Promise<void>;
}

/** Everything the core does for an adapter. Each call reads the lists as they are then. @throws UserError */
export interface Core extends Views {
  /** Sentences that a person should read once at start. */
  readonly warnings: readonly string[];
  readonly rule: VerdictRule;
  /** Whether everything is sample data. */
  readonly isDemo: boolean;
  extract(input: Input): Promise<Extraction>;
  plan(input: Input): Promise<Plan>;
  scan(request: ScanRequest, watcher: ScanWatcher, signal: AbortSignal): Promise<ScanReport>;
  /** Goes on with a scan; null: the newest one that was interrupted. */
  resume(
    id: string | null,
    request: Omit<ScanRequest, "input" | "fresh" | "cachedOnly">,
    watcher: ScanWatcher,
    signal: AbortSignal,
  ): Promise<ScanReport>;
  scans(): Promise<readonly ScanSums[]>;
  cancel(id: string): Promise<ScanSums>;
  quota(): Promise<readonly KeyQuota[]>;
  why(ip: string): Promise<Why>;
  /** Takes an address off the blacklist and resolves to it in canonical form. `user`: a name is of who sits at the machine. */
  unblock(ip: string, reason: string | null, user: User | string): Promise<string>;
  blockList(): BlockList;
  exportBlockList(request: ExportRequest): Promise<BlockListExport>;
  /** Blocks what a proposal asks for without a person, where the operator has set that; guard rails and audit hold. */
  approveBySetting(proposalId: string): Promise<void>;
  /** Puts the addresses of a list that was kept elsewhere on the blacklist, as far as they may be blocked. */
  importBlockList(input: Input, options: ImportOptions): Promise<ImportReport>;
  /** Makes BLACKLIST_FILE the list of records that had another file. Without `isSure` only where that ends no block. */
  adoptBlockList(options: { readonly user: User | string; readonly isSure: boolean }): Promise<Adoption>;
  checkWhitelist(indicator: string): Promise<WhitelistCheck>;
  audit(): AsyncIterable<AuditRow>;
  /** The audit trail as text, each piece one entry with its line end; csv begins with headings. */
  exportAudit(format: AuditFormat): AsyncIterable<string>;
  verifyAudit(): Promise<AuditCheck>;
  toRecord(result: Result): ResultRecord;
  /** What stands for who is logged in. */
  readonly tickets: Tickets;
  /** Ends what is under way and closes the files. */
  close(): Promise<void>;
}
