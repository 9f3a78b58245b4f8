import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";

import type { stream } from "exceljs";

/** A workbook that is being written to a file, sheet after sheet. */
export interface XlsxWriter {
  readonly workbook: stream.xlsx.WorkbookWriter;
  /** Settles as `step` does, or rejects when the file fails meanwhile: then nothing else would ever settle. */
  unlessFailed(step: Promise<void>): Promise<void>;
}

/** Loaded late and not at the top: the library takes longer to load than a short scan takes to run. */
export async function loadWriter(): Promise<typeof stream.xlsx.WorkbookWriter> {
  const { default: WorkbookWriter } = await import("exceljs/lib/stream/xlsx/workbook-writer.js");
  return WorkbookWriter;
}

/**
 * Opens a workbook on `file`, lets `fill` write its sheets, and resolves when all of it is on the disk.
 * Rejects with the first error of the disk or of `fill`, the file then being closed and worthless.
 */
export async function writeWorkbook(
  file: string,
  fill: (writer: XlsxWriter) => Promise<void>,
): Promise<void> {
  const WorkbookWriter = await loadWriter();
  const output = createWriteStream(file, { flags: "wx", flush: true });
  const closed = finished(output);
  const failed = closed.then(() => new Promise<never>(() => {}));
  failed.catch(() => {});
  function unlessFailed(step: Promise<void>): Promise<void> {
    return Promise.race([failed, step]);
  }
  const workbook = new WorkbookWriter({
    stream: output,
    useStyles: true,
    useSharedStrings: false,
    zip: { zlib: { level: 3 } },
  });
  try {
    await unlessFailed(fill({ workbook, unlessFailed }));
    await unlessFailed(workbook.commit());
    await closed;
  } catch (error) {
    output.destroy();
    await closed.catch(() => {});
    throw error;
  }
}
