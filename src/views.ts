import type { Activity } from "./lookup/dispatch-context.ts";
import type { Status } from "./model.ts";
import type { AuditRow } from "./records/audit-trail.ts";
import type { Reply } from "./reply.ts";
import type { ResultRecord } from "./report/record.ts";
import type { Scan, ScanSums } from "./scans/scan.ts";

/** Columns that results may be sorted by; `position` is the order of the input. */
export const RESULT_ORDERS = [
  "position",
  "status",
  "indicator",
  "detections",
  "owner",
  "country",
  "analysedAt",
  "checkedAt",
] as const;

/** Which of a scan's results are wanted. */
export interface ResultsQuery {
  readonly from: number;
  readonly most: number;
  readonly orderBy: (typeof RESULT_ORDERS)[number];
  readonly isDescending: boolean;
  /** Empty: all. */
  readonly statuses: readonly Status[];
  /** Part of an indicator, an input, an owner or a country; empty: all. */
  readonly search: string;
}

/** Which results are wanted, all of them. */
export type AllResultsQuery = Omit<ResultsQuery, "from" | "most">;

/** Some of a scan's results. `matching` is how many there are in all. */
export interface ResultsPage {
  readonly matching: number;
  readonly records: readonly ResultRecord[];
}

/** A block as a list of blocks shows it. Times in ms since 1970. */
export interface BlockView {
  readonly ip: string;
  readonly since: number;
  /** Null: until removed. */
  readonly until: number | null;
  /** As `User.id`, or `by hand`. */
  readonly by: string;
  readonly reason: string | null;
  readonly proposalId: string | null;
  readonly scanId: string | null;
  readonly detections: number | null;
  readonly total: number | null;
  readonly owner: string | null;
  readonly country: string | null;
}

/** Which blocks or entries of the audit trail are wanted. */
export interface ListQuery {
  readonly from: number;
  readonly most: number;
  /** Part of an address, a name, an action or a reason; empty: all. */
  readonly search: string;
}

/** What is shown of records and lists. Nothing is changed, and nobody is asked. @throws UserError when a list cannot be read. */
export interface Views {
  findScan(id: string): Promise<ScanSums | null>;
  /** The scan that a delivery led to. */
  scanOfDelivery(delivery: string): Promise<ScanSums | null>;
  /** A link to where a scan is reported in chat; null where it is not, or cannot be had now. */
  linkOf(scan: Pick<Scan, "id" | "conversation">): Promise<string | null>;
  results(scanId: string, query: ResultsQuery): Promise<ResultsPage>;
  /** Results of a scan as it stands, as csv with headings; each piece is some lines. */
  resultsCsv(scanId: string, query: AllResultsQuery): AsyncIterable<string>;
  /** Writes the xlsx of a scan as it stands. @throws UserError when it cannot be written. */
  writeXlsx(scanId: string, out: string): Promise<void>;
  /** An address in canonical form; null for anything else. */
  addressOf(text: string): string | null;
  /** What the cache knows of addresses in canonical form; null where VirusTotal is to be asked. */
  known(addresses: readonly string[]): Promise<readonly (ResultRecord | null)[]>;
  /** Scans of this conversation with indicators that have no answer yet, and which they are, in canonical form. */
  unfinishedScans(
    conversation: string,
  ): Promise<readonly { readonly scanId: string; readonly addresses: readonly string[] }[]>;
  /** Of addresses in canonical form those that a scan of this conversation has found unsafe within a day, or asks about. */
  askedAbout(conversation: string, addresses: readonly string[]): Promise<ReadonlySet<string>>;
  /** Questions that nobody has decided, the newest first, as their cards have them. */
  openProposals(): Promise<readonly Extract<Reply, { kind: "proposal" }>[]>;
  /** The question, or what was decided; null where there is none, or nothing is left to block. */
  proposal(id: string): Promise<Reply | null>;
  /** Blocks that end soon, all channels' questions about them, and what was decided within two days; the newest first. */
  digests(): Promise<readonly Extract<Reply, { kind: "digest" }>[]>;
  /** One of them, of whatever age; null where there is none. */
  digest(id: string): Promise<Extract<Reply, { kind: "digest" }> | null>;
  /** Open blocks, the newest first. */
  blocks(query: ListQuery): Promise<{ readonly matching: number; readonly blocks: readonly BlockView[] }>;
  /** Entries of the audit trail, the newest first. */
  auditPage(query: ListQuery): Promise<{ readonly matching: number; readonly entries: readonly AuditRow[] }>;
  countBlocked(): Promise<number>;
  /** Questions to the approvers, by what became of them. */
  countProposals(): Promise<readonly { readonly state: string; readonly count: number }[]>;
  /** How long nothing moves from now on, in ms; 0 while something does. */
  stillMs(): number;
  /** Another one than before means that the blacklist, or what is known of its blocks, has changed. */
  blockListVersion(): Promise<string>;
  /** When the file, or what is known of its blocks, was changed last, in ms since 1970; null while there is no file. */
  blockListChangedAt(): Promise<number | null>;
  /** Names of the formats in which the blacklist is exported. */
  readonly formats: readonly string[];
  /** Requests that all keys have used, by day in UTC (`2026-11-22`), of the last 31 days; days without any are left out. */
  usageByDay(): Promise<readonly DayUsage[]>;
  /** Requests of the last 48 hours, by hour in UTC, of all keys and of each; hours without any are left out. */
  usageByHour(): Promise<readonly HourUsage[]>;
  /** Verdicts of the scans that were begun within the last 31 days, by that day in UTC; days without any are left out. */
  verdictsByDay(): Promise<readonly VerdictDay[]>;
  /** The last lines of the log; empty where there is none in a file. */
  logTail(): Promise<string>;
  activity(): Activity & { readonly cached: number };
  readiness(): Promise<readonly Readiness[]>;
}

/** Requests of one day in UTC, `2026-11-22`. */
export interface DayUsage {
  readonly day: string;
  readonly used: number;
}

/** Requests of one hour in UTC, `2026-11-22T08:00Z`. */
export interface HourUsage {
  readonly hour: string;
  readonly used: number;
  readonly keys: readonly { readonly name: string; readonly used: number }[];
}

/** Verdicts of the scans of one day in UTC, `2026-11-22`; an indicator of two scans counts twice. */
export interface VerdictDay {
  readonly day: string;
  readonly unsafe: number;
  readonly suspicious: number;
  readonly clean: number;
  readonly unknown: number;
}

/** One thing without which the program cannot do its work. */
export interface Readiness {
  readonly name: string;
  readonly isReady: boolean;
  /** What is wrong, in a sentence; null where nothing is. */
  readonly reason: string | null;
}
