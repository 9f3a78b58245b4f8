import type { RoundOutcome } from "./round.ts";

/** What one kind of fault came to. */
export interface FaultRow {
  readonly fault: string;
  /** Rounds with it. */
  readonly times: number;
  /** Promises that were broken in them. */
  readonly lost: number;
  /** In ms, until all was answered; of the rounds with it, in most of which other things went wrong as well. */
  readonly medianMs: number;
  readonly slowestMs: number;
}

/** Each fault, in the order of `names`; rounds without any come first. */
export function toRows(names: readonly string[], rounds: readonly RoundOutcome[]): readonly FaultRow[] {
  const calm = toRow(
    "none, to compare with",
    rounds.filter(({ faults }) => faults.length === 0),
  );
  const rows = names.map((name) =>
    toRow(
      name,
      rounds.filter(({ faults }) => faults.includes(name)),
    ),
  );
  return [calm, ...rows].filter(({ times }) => times > 0);
}

function toRow(fault: string, rounds: readonly RoundOutcome[]): FaultRow {
  const sorted = rounds.map(({ recoveredMs }) => Math.max(0, recoveredMs)).toSorted((a, b) => a - b);
  return {
    fault,
    times: rounds.length,
    lost: rounds.reduce((all, { broken }) => all + broken.length, 0),
    medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
    slowestMs: sorted.at(-1) ?? 0,
  };
}

/** The rows as a table in Markdown. */
export function toTable(rows: readonly FaultRow[]): string {
  const cells = rows.map(({ fault, times, lost, medianMs, slowestMs }) => [
    fault,
    times.toLocaleString("en-US"),
    String(lost),
    toSeconds(medianMs),
    toSeconds(slowestMs),
  ]);
  const head = ["what went wrong", "rounds", "lost", "recovered after (median)", "slowest"];
  const widths = head.map((title, at) => Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)));
  const toLine = (row: readonly string[]) =>
    `| ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(" | ")} |`;
  const rule = `|${widths.map((width, at) => (at === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  return [toLine(head), rule, ...cells.map(toLine)].join("\n");
}

function toSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
