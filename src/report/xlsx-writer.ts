import { createWriteStream } from "node:fs";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";

import type { stream, Worksheet } from "exceljs";

/** A workbook that is being written to a file, sheet after sheet. */
export interface XlsxWriter {
  readonly workbook: stream.xlsx.WorkbookWriter;
  /** Resolves when the rows written so far have gone to the file; rejects when the file can't be written. */
  flush(sheet: Worksheet): Promise<void>;
}

/**
 * Opens a workbook on `file`, lets `fill` write its sheets, and resolves when all of it is on the disk.
 * Rejects with the first error of the disk or of `fill`, the file then being closed and worthless.
 */
export async function writeWorkbook(
  file: string,
  fill: (writer: XlsxWriter) => Promise<void>,
): Promise<void> {
  // Read here and not at the top: the library takes longer to load than a short scan takes to run.
  const { default: excel } = await import("exceljs");
  const output = createWriteStream(file, { flags: "wx", flush: true });
  // A failed disk says so to the stream alone, and the library would wait for it for ever.
  const closed = finished(output);
  const failed = closed.then(() => new Promise<never>(() => {}));
  failed.catch(() => {});
  const workbook = new excel.stream.xlsx.WorkbookWriter({
    stream: output,
    useStyles: true,
    useSharedStrings: false,
    zip: { zlib: { level: 6 } },
  });
  try {
    await Promise.race([failed, fill({ workbook, flush: (sheet) => Promise.race([failed, drain(sheet)]) })]);
    await Promise.race([failed, workbook.commit()]);
    await closed;
  } catch (error) {
    output.destroy();
    await closed.catch(() => {});
    throw error;
  }
}

/**
 * The library takes rows as fast as they come and keeps what the disk has not yet taken
 * (https://github.com/exceljs/exceljs/issues/734). An empty chunk behind them tells when they are gone.
 */
async function drain(sheet: Worksheet): Promise<void> {
  const queue = queueOf(sheet);
  if (queue === null) return new Promise((resolve) => setImmediate(resolve));
  await new Promise<void>((resolve) => queue.write(Buffer.alloc(0), () => resolve()));
}

/** Where the library puts the bytes of a sheet on their way into the zip. It has no public name for it. */
export function queueOf(sheet: Worksheet): Writable | null {
  const { stream } = sheet as { stream?: { readonly pipes?: readonly Writable[] } };
  return stream?.pipes?.[0] ?? null;
}
