import type { Result, Status, Summary } from "../model.ts";
import { resultColumns, uncheckedColumns } from "./columns.ts";
import { replaceFile } from "./report-file.ts";
import type { ReportHead } from "./report-head.ts";
import type { SheetCounts } from "./xlsx-sheet.ts";
import { writeResultSheet } from "./xlsx-sheet.ts";
import { writeSummarySheet } from "./xlsx-summary.ts";
import { writeWorkbook } from "./xlsx-writer.ts";

/** The rows of a report. Their order is kept; `head.summary` must count just these. */
export interface ReportRows {
  /** Unsafe, suspicious, clean and unknown: the sheet Results. */
  readonly checked: AsyncIterable<Result>;
  /** Failed, skipped and rejected: the sheet Not checked. */
  readonly notChecked: AsyncIterable<Result>;
}

const CHECKED = ["unsafe", "suspicious", "clean", "unknown"] as const;
const NOT_CHECKED = ["failed", "skipped", "rejected"] as const;

/**
 * Writes the xlsx report with the sheets Results, Summary and Not checked; any number of rows in bounded memory.
 * The file appears when it is complete; until then, and after an error, what was there before is untouched.
 * @throws UserError when the file can't be written. Rows that contradict the sums are an ordinary Error.
 */
export async function writeXlsx(file: string, head: ReportHead, rows: ReportRows): Promise<void> {
  const { rule, finishedAt, demo } = head;
  const frozenColumns = demo ? 2 : 1;
  const columnOptions = { rule, finishedAt, demo };
  await replaceFile(file, (temporary) =>
    writeWorkbook(temporary, async (writer) => {
      const results = { name: "Results", demo, frozenColumns };
      const checked = await writeResultSheet(writer, results, resultColumns(columnOptions), rows.checked);
      assertSums(results.name, CHECKED, checked, head.summary);
      writeSummarySheet(writer, head, checked.oldestAnalysisAt);
      const rest = { name: "Not checked", demo, frozenColumns };
      const notChecked = await writeResultSheet(
        writer,
        rest,
        uncheckedColumns(columnOptions),
        rows.notChecked,
      );
      assertSums(rest.name, NOT_CHECKED, notChecked, head.summary);
    }),
  );
}

/** A report whose sums contradict its rows would be believed; better none. */
function assertSums(sheet: string, expected: readonly Status[], found: SheetCounts, summary: Summary): void {
  for (const [status, count] of Object.entries(found.byStatus) as [Status, number][]) {
    const due = expected.includes(status) ? summary[status] : 0;
    if (count !== due) {
      throw new Error(`The sheet ${sheet} has ${count} rows that are ${status}, and its sums say ${due}.`);
    }
  }
}
