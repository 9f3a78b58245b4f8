import Table from "cli-table3";
import colors from "picocolors";

import { wordAge } from "../../src/card.ts";
import type { Result, ResultRecord, Status } from "../../src/contract.ts";
import { printable } from "./terminal.ts";

const COLOR_OF: Readonly<Record<Status, (text: string) => string>> = {
  unsafe: (text) => colors.bold(colors.red(text)),
  suspicious: colors.yellow,
  clean: colors.green,
  unknown: colors.cyan,
  failed: colors.magenta,
  skipped: colors.dim,
  rejected: colors.dim,
};

/** Bare lines, so that a row can be copied. */
const NO_LINES = Object.fromEntries(
  [
    "top",
    "top-mid",
    "top-left",
    "top-right",
    "bottom",
    "bottom-mid",
    "bottom-left",
    "bottom-right",
    "left",
    "left-mid",
    "mid",
    "mid-mid",
    "right",
    "right-mid",
  ].map((name) => [name, ""]),
);

const HEADS = ["Indicator", "Verdict", "Score", "Owner", "AS", "", "Analysed", "List / note"];
/** What a narrow terminal shows. */
const NARROW = [0, 1, 2, 7];
const GAP = "  ";
const LEAST_NOTE = 24;
const LONGEST_INDICATOR = 64;
const LEAST_INDICATOR = 24;

/** The results as a table in colour, one line each, no wider than the terminal. Text from outside is made harmless. */
export function toTable(
  rows: readonly { result: Result; record: ResultRecord }[],
  columns: number,
  now: number,
): string {
  const shown = columns >= 100 ? HEADS.map((_, at) => at) : NARROW;
  const cells = rows.map(({ result, record }) => shown.map((at) => toCells(result, record, now)[at] ?? ""));
  const widths = shown
    .slice(0, -1)
    .map((at, place) => Math.max(HEADS[at]?.length ?? 0, ...cells.map((row) => row[place]?.length ?? 0)));
  const room = columns - widths.reduce((sum, width) => sum + width + GAP.length, 0);
  // A hash or a long name gives way before the note does; the report file has it whole.
  const longest = Math.max(LEAST_INDICATOR, (widths[0] ?? 0) - Math.max(0, LEAST_NOTE - room));
  const table = new Table({
    head: shown.map((at) => colors.bold(HEADS[at] ?? "")),
    chars: { ...NO_LINES, middle: GAP },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  for (const [at, row] of cells.entries()) {
    const paint = COLOR_OF[rows[at]?.record.status ?? "unknown"];
    const note = printable(row.at(-1) ?? "", Math.max(room, LEAST_NOTE));
    const [indicator = "", verdict = "", ...others] = row.slice(0, -1);
    table.push([paint(printable(indicator, longest)), paint(verdict), ...others, note]);
  }
  return table.toString().replace(/ +$/gm, "");
}

function toCells(result: Result, record: ResultRecord, now: number): string[] {
  return [
    printable(record.indicator ?? record.input, LONGEST_INDICATOR),
    record.status,
    record.score ?? "",
    printable(record.owner ?? "", 28),
    record.asn === null ? "" : `AS${record.asn}`,
    record.country ?? "",
    result.facts?.analysedAt ? wordAge(result.facts.analysedAt, now) : "",
    noteOf(result, record),
  ];
}

function noteOf(result: Result, record: ResultRecord): string {
  const list = record.listEntry === null ? [] : [`${record.list} (${record.listEntry})`];
  const old = result.old
    ? [`cached, old${record.checkedAt === null ? ", undated" : `: ${record.checkedAt.slice(0, 10)}`}`]
    : [];
  const engines = record.engines.length === 0 ? [] : [record.engines.slice(0, 3).join(", ")];
  return [...list, ...(record.reason === null ? [] : [record.reason]), ...old, ...engines].join("; ");
}
