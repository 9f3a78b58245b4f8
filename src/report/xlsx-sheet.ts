import type { AddWorksheetOptions, PageSetup } from "exceljs";

import type { Result, Status } from "../model.ts";
import { textCell } from "./cell.ts";
import type { ResultColumn } from "./columns.ts";
import { ALARM_COLOUR, HEADER_STYLE } from "./palette.ts";
import { openRows } from "./sheet-rows.ts";
import type { SheetRows } from "./sheet-rows.ts";
import type { XlsxWriter } from "./xlsx-writer.ts";

/** Rows between two waits for the disk: about 600 KB. */
const FLUSH_ROWS = 250;

/** In points: two lines. */
const HEADER_HEIGHT = 32;

const ONE_PAGE_WIDE: Partial<PageSetup> = {
  orientation: "landscape",
  fitToPage: true,
  fitToWidth: 1,
  fitToHeight: 0,
};

/** What was really written, so that the sums can be held against it. */
export interface SheetCounts {
  readonly byStatus: Readonly<Record<Status, number>>;
  /** In ms since 1970; null when no row has an analysis. */
  readonly oldestAnalysisAt: number | null;
}

export interface SheetOptions {
  readonly name: string;
  readonly demo: boolean;
  /** How many columns stay in sight on the left, below a first row that stays as well; null freezes nothing. */
  readonly frozenColumns: number | null;
}

/** Writes one sheet of results, a row each, in the order in which they come. */
export async function writeResultSheet(
  writer: XlsxWriter,
  options: SheetOptions,
  columns: readonly ResultColumn[],
  results: AsyncIterable<Result>,
): Promise<SheetCounts> {
  const widths = columns.map(({ width }) => width);
  const sheet = openSheet(writer, options, widths);
  sheet.add(
    columns.map(({ header }) => textCell(header, HEADER_STYLE)),
    HEADER_HEIGHT,
  );
  const byStatus = { unsafe: 0, suspicious: 0, clean: 0, unknown: 0, failed: 0, skipped: 0, rejected: 0 };
  let oldestAnalysisAt: number | null = null;
  let rows = 0;
  let flushed = Promise.resolve();
  for await (const result of results) {
    rows += 1;
    byStatus[result.status] += 1;
    const analysedAt = result.facts?.analysedAt ?? null;
    if (analysedAt !== null) oldestAnalysisAt = Math.min(analysedAt, oldestAnalysisAt ?? analysedAt);
    sheet.add(columns.map((column) => column.cellOf(result)));
    if (rows % FLUSH_ROWS === 0) {
      // Waits for the rows before these, so that the next ones are built while these are compressed.
      await flushed;
      flushed = writer.unlessFailed(sheet.flush());
      flushed.catch(() => {});
    }
  }
  await flushed;
  sheet.close(true);
  return { byStatus, oldestAnalysisAt };
}

/** A sheet that opens and prints well; in demo mode its tab is red and every printed page says so. */
export function openSheet(writer: XlsxWriter, options: SheetOptions, widths: readonly number[]): SheetRows {
  const { demo, frozenColumns } = options;
  const settings: Partial<AddWorksheetOptions> = {
    properties: demo ? { tabColor: { argb: ALARM_COLOUR } } : {},
    views: frozenColumns === null ? [] : [{ state: "frozen", xSplit: frozenColumns, ySplit: 1 }],
    pageSetup: frozenColumns === null ? ONE_PAGE_WIDE : titled(frozenColumns),
    headerFooter: {
      oddHeader: demo ? '&C&"-,Bold"&KC00000DEMO: invented data' : "",
      oddFooter: "&Lvtip: &A&RPage &P of &N",
    },
  };
  const sheet = writer.workbook.addWorksheet(options.name, settings);
  sheet.columns = widths.map((width) => ({ width }));
  return openRows(writer.workbook, sheet);
}

/** A wide sheet prints on several pages; each repeats the header and the frozen columns. */
function titled(columns: number): Partial<PageSetup> {
  const lastColumn = String.fromCharCode("A".charCodeAt(0) + columns - 1);
  return {
    orientation: "landscape",
    scale: 70,
    printTitlesRow: "1:1",
    printTitlesColumn: `A:${lastColumn}`,
  };
}
