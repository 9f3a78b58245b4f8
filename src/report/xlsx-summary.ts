import type { Status, VerdictRule } from "../model.ts";
import type { Cell } from "./cell.ts";
import { countCell, textCell, timeCell } from "./cell.ts";
import {
  ALARM_STYLE,
  BOLD_STYLE,
  HEADER_STYLE,
  LEFT_COUNT_STYLE,
  STALE_STYLE,
  statusStyle,
  SUM_STYLE,
  TITLE_STYLE,
  WRAPPED_STYLE,
} from "./palette.ts";
import type { ReportHead } from "./report-head.ts";
import { wordRule } from "./verdict.ts";
import { openSheet } from "./xlsx-sheet.ts";
import type { XlsxWriter } from "./xlsx-writer.ts";

const POSITION_HINT =
  "Where it stood first, in characters; sorted by it, a sheet is in the order of the input.";

type SummaryRow = readonly [Cell, Cell?, Cell?];

/** Writes the sheet that says what was scanned, how it was judged, and how the sums add up. */
export function writeSummarySheet(
  writer: XlsxWriter,
  head: ReportHead,
  oldestAnalysisAt: number | null,
): void {
  const sheet = openSheet(writer, { name: "Summary", demo: head.demo, frozenColumns: null }, [30, 40, 74]);
  const rows: readonly SummaryRow[] = [
    [textCell("vtip: report of a scan", TITLE_STYLE)],
    ...alarmRows(head),
    [null],
    ...originRows(head),
    [null],
    ...sumRows(head),
    [null],
    ...effortRows(head, oldestAnalysisAt),
    [null],
    [
      textCell("Over 90 days", STALE_STYLE),
      null,
      textCell("VirusTotal's last analysis is older than 90 days."),
    ],
    [textCell("Position", BOLD_STYLE), null, textCell(POSITION_HINT)],
  ];
  for (const cells of rows) sheet.add(cells.map((cell) => cell ?? null));
  sheet.close(false);
}

function alarmRows({ demo, cancelled, summary }: ReportHead): readonly SummaryRow[] {
  const rows: SummaryRow[] = [];
  if (demo) rows.push(alarm("DEMO: invented data, none of it from VirusTotal."));
  if (cancelled) rows.push(alarm("CANCELLED: only what was known until then."));
  if (summary.failed > 0)
    rows.push(alarm(`INCOMPLETE: ${summary.failed} failed, see the sheet Not checked.`));
  if (summary.failed + summary.skipped > 0) {
    rows.push([label("What failed or was skipped has no verdict: it is not clean.")]);
  }
  return rows;
}

/** A bar over all columns, into whose empty cells the text runs on. */
function alarm(text: string): SummaryRow {
  const rest: Cell = { type: "blank", style: ALARM_STYLE };
  return [textCell(text, ALARM_STYLE), rest, rest];
}

function originRows(head: ReportHead): readonly SummaryRow[] {
  return [
    [label("Scan"), textCell(head.scanId)],
    [label("Source"), textCell(head.source, WRAPPED_STYLE)],
    [label("Columns read"), textCell(head.columns.join(", "), WRAPPED_STYLE)],
    [label("Started (UTC)"), timeCell(head.startedAt)],
    [label("Finished (UTC)"), timeCell(head.finishedAt)],
    [label("Rule"), textCell(wordRule(head.rule), WRAPPED_STYLE)],
    [label("Pieces of input"), sum(head.pieces), textCell("Repeats counted: the sum of Times found.")],
  ];
}

function sumRows({ summary, rule }: ReportHead): readonly SummaryRow[] {
  function statusRow(status: Status): SummaryRow {
    return [textCell(status, statusStyle(status)), sum(summary[status]), textCell(meaningOf(status, rule))];
  }
  return [
    [
      textCell("Status", HEADER_STYLE),
      textCell("Indicators", HEADER_STYLE),
      textCell("Meaning", HEADER_STYLE),
    ],
    statusRow("unsafe"),
    statusRow("suspicious"),
    statusRow("clean"),
    statusRow("unknown"),
    statusRow("failed"),
    statusRow("skipped"),
    [
      label("Total"),
      countCell(summary.indicators, SUM_STYLE),
      textCell("Distinct indicators: the sum of the rows above."),
    ],
    statusRow("rejected"),
  ];
}

function effortRows({ summary }: ReportHead, oldestAnalysisAt: number | null): readonly SummaryRow[] {
  return [
    [label("From the cache"), sum(summary.cached)],
    [label("Requests to VirusTotal"), sum(summary.requests)],
    [label("Seconds"), sum(Math.round(summary.elapsedMs / 1000))],
    [label("Oldest analysis (UTC)"), timeCell(oldestAnalysisAt)],
  ];
}

function meaningOf(status: Status, rule: VerdictRule): string {
  switch (status) {
    case "unsafe":
      return `More than ${rule.unsafeAbove} of: ${rule.countAsDetection.join(", ")}.`;
    case "suspicious":
      return rule.unsafeAbove === 0
        ? "None by this rule: one detection is unsafe."
        : `1 to ${rule.unsafeAbove} of them.`;
    case "clean":
      return "None of them in VirusTotal's last analysis.";
    case "unknown":
      return "VirusTotal has no record or no analysis. Not clean.";
    case "failed":
      return "Could not be checked; the sheet Not checked says why. Not clean.";
    case "skipped":
      return "Not sent, for the reason in the sheet Not checked. Not clean.";
    case "rejected":
      return "Looks like an indicator and is none. Counted beside the total.";
  }
}

function label(text: string): Cell {
  return textCell(text, BOLD_STYLE);
}

/** Counts stand on the left here, in one line with the texts and dates of the same column. */
function sum(count: number): Cell {
  return countCell(count, LEFT_COUNT_STYLE);
}
