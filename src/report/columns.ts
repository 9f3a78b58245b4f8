import type { Facts, Result, VerdictRule } from "../model.ts";
import type { Cell } from "./cell.ts";
import { countCell, textCell, timeCell } from "./cell.ts";
import { createLinkCells } from "./link-cell.ts";
import { isStale, noteOf } from "./note.ts";
import { ALARM_STYLE, STALE_STYLE, STALE_TIME_STYLE, statusStyle } from "./palette.ts";
import { createScoreCells } from "./score-cell.ts";
import { score, totalOf } from "./score.ts";

/** One column of a sheet of results. The headers are fixed: people and programs look for them by name. */
export interface ResultColumn {
  readonly header: string;
  /** In characters of the standard font. */
  readonly width: number;
  cellOf(result: Result): Cell;
}

/** What the cells depend on beside the result. */
export interface ColumnOptions {
  readonly rule: VerdictRule;
  /** Ages are counted back from here, in ms since 1970. */
  readonly finishedAt: number;
  readonly demo: boolean;
}

const NAMED_CATEGORIES = ["malicious", "suspicious", "harmless", "undetected", "timeout"];

/** The columns of the sheet Results. Good for one sheet: they count its links and number formats. */
export function resultColumns(options: ColumnOptions): readonly ResultColumn[] {
  const scores = createScoreCells();
  return [
    ...demoColumn(options.demo),
    { header: "Indicator", width: 34, cellOf: ({ piece }) => textCell(piece.indicator?.value ?? null) },
    { header: "Type", width: 10, cellOf: ({ piece }) => textCell(piece.indicator?.kind ?? null) },
    statusColumn("Verdict"),
    {
      header: "VT_Score",
      width: 12,
      cellOf: ({ facts, status }) => scores.cellOf(score(facts, options.rule), status),
    },
    ...counterColumns(),
    ...factColumns(options.finishedAt),
    { header: "Checked at (UTC)", width: 18, cellOf: ({ checkedAt }) => timeCell(checkedAt) },
    { header: "Cached", width: 10, cellOf: ({ cached }) => textCell(cached ? "yes" : "no") },
    ...listColumns(),
    linkColumn(),
    { header: "Note", width: 44, cellOf: (result) => textCell(noteOf(result, options.finishedAt)) },
    { header: "Input", width: 34, cellOf: ({ piece }) => textCell(piece.input) },
    ...originColumns(),
  ];
}

/** The columns of the sheet Not checked: what failed, was skipped or was rejected, and why. */
export function uncheckedColumns(options: ColumnOptions): readonly ResultColumn[] {
  return [
    ...demoColumn(options.demo),
    { header: "Input", width: 34, cellOf: ({ piece }) => textCell(piece.input) },
    { header: "Indicator", width: 34, cellOf: ({ piece }) => textCell(piece.indicator?.value ?? null) },
    { header: "Type", width: 10, cellOf: ({ piece }) => textCell(piece.indicator?.kind ?? null) },
    statusColumn("Status"),
    { header: "Reason", width: 80, cellOf: ({ reason }) => textCell(reason) },
    ...listColumns(),
    linkColumn(),
    ...originColumns(),
  ];
}

function demoColumn(demo: boolean): readonly ResultColumn[] {
  return demo ? [{ header: "Demo", width: 8, cellOf: () => textCell("DEMO", ALARM_STYLE) }] : [];
}

function statusColumn(header: string): ResultColumn {
  return { header, width: 12, cellOf: ({ status }) => textCell(status, statusStyle(status)) };
}

function counterColumns(): readonly ResultColumn[] {
  const named = NAMED_CATEGORIES.map((category) => ({
    header: `${category.charAt(0).toUpperCase()}${category.slice(1)}`,
    width: 13.5,
    cellOf: ({ facts }: Result) => countCell(facts?.stats?.[category] ?? null),
  }));
  return [
    ...named,
    { header: "Other", width: 9.5, cellOf: ({ facts }) => countCell(otherOf(facts)) },
    { header: "Total", width: 9.5, cellOf: ({ facts }) => countCell(sumOf(facts)) },
  ];
}

function factColumns(finishedAt: number): readonly ResultColumn[] {
  return [
    {
      header: "Flagged by",
      width: 34,
      cellOf: ({ facts }) => textCell(facts === null ? null : wordFlags(facts)),
    },
    { header: "Owner", width: 26, cellOf: ({ facts }) => textCell(facts?.owner ?? null) },
    { header: "AS", width: 10, cellOf: ({ facts }) => countCell(facts?.asn ?? null) },
    { header: "Country", width: 11, cellOf: ({ facts }) => textCell(facts?.country ?? null) },
    { header: "Network", width: 20, cellOf: ({ facts }) => textCell(facts?.network ?? null) },
    { header: "Reputation", width: 13.5, cellOf: ({ facts }) => countCell(facts?.reputation ?? null) },
    { header: "Tags", width: 22, cellOf: ({ facts }) => textCell(facts?.tags.join(", ") ?? null) },
    {
      header: "Last analysis (UTC)",
      width: 18,
      cellOf: (result) =>
        timeCell(
          result.facts?.analysedAt ?? null,
          isStale(result, finishedAt) ? STALE_TIME_STYLE : undefined,
        ),
    },
    {
      header: "Over 90 days",
      width: 10,
      cellOf: (result) => (isStale(result, finishedAt) ? textCell("yes", STALE_STYLE) : null),
    },
  ];
}

function listColumns(): readonly ResultColumn[] {
  return [
    {
      header: "List",
      width: 12,
      cellOf: ({ listing }) => textCell(listing.list === "none" ? null : listing.list),
    },
    { header: "List entry", width: 20, cellOf: ({ listing }) => textCell(listing.entry) },
  ];
}

function linkColumn(): ResultColumn {
  const links = createLinkCells();
  return { header: "Link", width: 40, cellOf: ({ piece }) => links.cellOf(piece) };
}

/** Sorted by Position, a sheet is in the order of the input; Times found adds up to the pieces of input. */
function originColumns(): readonly ResultColumn[] {
  return [
    { header: "Times found", width: 10, cellOf: ({ piece }) => countCell(piece.count) },
    { header: "Position", width: 10, cellOf: ({ piece }) => countCell(piece.offset) },
  ];
}

function wordFlags(facts: Facts): string {
  return facts.flaggedBy
    .map(({ engine, category }) => (category === "malicious" ? engine : `${engine} (${category})`))
    .join(", ");
}

function sumOf(facts: Facts | null): number | null {
  const stats = facts?.stats ?? null;
  return stats === null ? null : totalOf(stats);
}

function otherOf(facts: Facts | null): number | null {
  const others = Object.entries(facts?.stats ?? {}).filter(
    ([category]) => !NAMED_CATEGORIES.includes(category),
  );
  return sumOf(facts) === null ? null : others.reduce((sum, [, count]) => sum + count, 0);
}
