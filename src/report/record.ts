import type { Facts, Kind, Listing, Result, Status, Summary, VerdictRule } from "../model.ts";
import { linkOfPiece } from "./link.ts";
import { score, totalOf } from "./score.ts";

/** One line of `scan --json`. The names and their order are fixed: people script against them. Absent data is null. */
export interface ResultRecord {
  readonly input: string;
  readonly indicator: string | null;
  readonly kind: Kind | null;
  readonly status: Status;
  readonly reason: string | null;
  readonly malicious: number | null;
  readonly suspicious: number | null;
  readonly harmless: number | null;
  readonly undetected: number | null;
  readonly timeout: number | null;
  readonly total: number | null;
  readonly score: string | null;
  readonly owner: string | null;
  readonly asn: number | null;
  readonly country: string | null;
  readonly network: string | null;
  readonly reputation: number | null;
  readonly tags: readonly string[];
  readonly engines: readonly string[];
  readonly analysedAt: string | null;
  readonly checkedAt: string | null;
  readonly cached: boolean;
  readonly list: Listing["list"];
  readonly listEntry: string | null;
  readonly link: string | null;
}

/** The last line of `scan --json`. */
export interface SummaryRecord {
  readonly summary: Summary;
}

/** A result as flat data, for `scan --json` and other programs. Times are ISO 8601 in UTC, to the second. */
export function toRecord(result: Result, rule: VerdictRule): ResultRecord {
  const { piece, facts, listing } = result;
  return {
    input: piece.input,
    indicator: piece.indicator?.value ?? null,
    kind: piece.indicator?.kind ?? null,
    status: result.status,
    reason: result.reason,
    ...toCounters(facts),
    score: score(facts, rule)?.text ?? null,
    owner: facts?.owner ?? null,
    asn: facts?.asn ?? null,
    country: facts?.country ?? null,
    network: facts?.network ?? null,
    reputation: facts?.reputation ?? null,
    tags: facts?.tags ?? [],
    engines: facts?.flaggedBy.map((flag) => flag.engine) ?? [],
    analysedAt: toIsoTime(facts?.analysedAt ?? null),
    checkedAt: toIsoTime(result.checkedAt),
    cached: result.cached,
    list: listing.list,
    listEntry: listing.entry,
    link: linkOfPiece(piece),
  };
}

/** The sums as the last line of `scan --json`, their names in a fixed order. */
export function toSummaryRecord(summary: Summary): SummaryRecord {
  return {
    summary: {
      indicators: summary.indicators,
      unsafe: summary.unsafe,
      suspicious: summary.suspicious,
      clean: summary.clean,
      unknown: summary.unknown,
      failed: summary.failed,
      skipped: summary.skipped,
      rejected: summary.rejected,
      cached: summary.cached,
      requests: summary.requests,
      elapsedMs: summary.elapsedMs,
    },
  };
}

type Counters = Pick<
  ResultRecord,
  "malicious" | "suspicious" | "harmless" | "undetected" | "timeout" | "total"
>;

function toCounters(facts: Facts | null): Counters {
  const stats = facts?.stats ?? null;
  return {
    malicious: stats?.["malicious"] ?? null,
    suspicious: stats?.["suspicious"] ?? null,
    harmless: stats?.["harmless"] ?? null,
    undetected: stats?.["undetected"] ?? null,
    timeout: stats?.["timeout"] ?? null,
    total: stats === null ? null : totalOf(stats),
  };
}

/** `2026-11-20T09:00:00Z`; null for null and for what no calendar holds. */
export function toIsoTime(atMs: number | null): string | null {
  if (atMs === null) return null;
  const date = new Date(atMs);
  if (Number.isNaN(date.getTime())) return null;
  return date.toISOString().replace(/\.\d{3}Z$/, "Z");
}
