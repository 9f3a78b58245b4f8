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

/** The results as a table in colour, one line each. Text from outside is made harmless. */
export function toTable(
  rows: readonly { result: Result; record: ResultRecord }[],
  columns: number,
  now: number,
): string {
  const isWide = columns >= 100;
  const heads = ["Indicator", "Verdict", "Score", "Owner", "AS", "", "Analysed", "List / note"];
  const shown = isWide ? heads : heads.filter((_, at) => at < 3 || at === 7);
  const table = new Table({
    head: shown.map((head) => colors.bold(head)),
    chars: { ...NO_LINES, middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  for (const { result, record } of rows) {
    const cells = toCells(result, record, now);
    table.push(isWide ? cells : cells.filter((_, at) => at < 3 || at === 7));
  }
  return table.toString();
}

function toCells(result: Result, record: ResultRecord, now: number): string[] {
  const paint = COLOR_OF[record.status];
  return [
    paint(printable(record.indicator ?? record.input, 50)),
    paint(record.status),
    record.score ?? "",
    printable(record.owner ?? "", 28),
    record.asn === null ? "" : `AS${record.asn}`,
    record.country ?? "",
    result.facts?.analysedAt ? wordAge(result.facts.analysedAt, now) : "",
    printable(noteOf(result, record), 90),
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
