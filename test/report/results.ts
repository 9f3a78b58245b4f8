import type { EngineStats, Facts, Indicator, Result, Status, Summary, VerdictRule } from "../../src/model.ts";
import type { ReportHead } from "../../src/report/report-head.ts";

export const rule: VerdictRule = { unsafeAbove: 3, countAsDetection: ["malicious", "suspicious"] };

/** Stats of one analysis, in the categories that VirusTotal gives for addresses. */
export function statsOf(
  malicious: number,
  suspicious: number,
  harmless: number,
  undetected = 0,
): EngineStats {
  return { malicious, suspicious, harmless, undetected, timeout: 0 };
}

export function factsWith(change: Partial<Facts> = {}): Facts {
  return {
    stats: statsOf(7, 1, 60, 26),
    flaggedBy: [
      { engine: "Acme", category: "malicious" },
      { engine: "Other", category: "suspicious" },
    ],
    owner: "Example LLC",
    asn: 64500,
    country: "US",
    network: "1.2.3.0/24",
    reputation: -12,
    tags: ["vpn"],
    analysedAt: Date.UTC(2026, 10, 20, 9),
    ...change,
  };
}

function indicatorOf(value: string): Indicator {
  return { kind: /^[\d.]+$|:.*:/.test(value) ? "ip" : "domain", value };
}

export function resultOf(value: string, change: Partial<Result> = {}): Result {
  return {
    piece: {
      input: value.replaceAll(".", "[.]"),
      offset: 0,
      indicator: indicatorOf(value),
      rejected: null,
      skipped: null,
      count: 1,
      from: "text",
    },
    status: "unsafe",
    reason: null,
    facts: factsWith(),
    checkedAt: Date.UTC(2026, 10, 21, 10),
    cached: false,
    old: false,
    listing: { list: "none", entry: null },
    ...change,
  };
}

/** A result without an answer: failed, skipped, or (without an indicator) rejected. */
export function uncheckedOf(input: string, status: Status, reason: string): Result {
  const rejected = status === "rejected";
  return resultOf(input, {
    piece: {
      input,
      offset: 0,
      indicator: rejected ? null : indicatorOf(input),
      rejected: rejected ? reason : null,
      skipped: status === "skipped" ? reason : null,
      count: 1,
      from: "text",
    },
    status,
    reason,
    facts: null,
    checkedAt: null,
  });
}

/** The sums of these results, counted afresh. */
export function summaryOf(results: readonly Result[], requests = 0): Summary {
  function count(status: Status): number {
    return results.filter((result) => result.status === status).length;
  }
  return {
    indicators: results.filter((result) => result.status !== "rejected").length,
    unsafe: count("unsafe"),
    suspicious: count("suspicious"),
    clean: count("clean"),
    unknown: count("unknown"),
    failed: count("failed"),
    skipped: count("skipped"),
    rejected: count("rejected"),
    cached: results.filter((result) => result.cached).length,
    requests,
    elapsedMs: 412,
  };
}

/** Half past ten on the day on which the results above were checked. */
export const NOW = Date.UTC(2026, 10, 21, 10, 30);

export function headOf(results: readonly Result[], change: Partial<ReportHead> = {}): ReportHead {
  return {
    scanId: "scan-1",
    source: "list.csv",
    columns: [],
    startedAt: NOW - 64_000,
    finishedAt: NOW,
    rule,
    demo: false,
    pieces: results.reduce((sum, { piece }) => sum + piece.count, 0),
    cancelled: false,
    summary: summaryOf(results),
    ...change,
  };
}

export async function* streamOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
