import type { Writable } from "node:stream";

import type { stream, Style, Worksheet } from "exceljs";

import { columnName, toCellXml } from "./cell-xml.ts";
import type { Cell } from "./cell.ts";

/** The rows of one sheet, on their way into the file. */
export interface SheetRows {
  /** `height` in points; the standard one when left out. */
  add(cells: readonly Cell[], height?: number): void;
  /** Hands on what was added; resolves when it has left the memory for the file. */
  flush(): Promise<void>;
  /** Ends the sheet with a filter over all of its rows, if `filtered`. */
  close(filtered: boolean): void;
}

/**
 * What of exceljs 4.4 is used without being in its types. Its own rows make an object of every cell, which took
 * four times as long, and give no sign of when they have been written
 * (https://github.com/exceljs/exceljs/issues/734).
 */
interface SheetInternals {
  readonly stream: { write(xml: string): unknown; readonly pipes: readonly Writable[] };
  readonly _sheetRelsWriter: { addHyperlink(link: { target: string; address: string }): void };
  startedData: boolean;
  _writeColumns(): void;
  _writeOpenSheetData(): void;
}

interface WorkbookInternals {
  readonly styles: { addStyleModel(style: Partial<Style>): number };
}

/** Opens a sheet for rows, its columns being set. */
export function openRows(workbook: stream.xlsx.WorkbookWriter, sheet: Worksheet): SheetRows {
  const internals = sheet as unknown as SheetInternals;
  const { styles } = workbook as unknown as WorkbookInternals;
  const styleIds = new Map<Partial<Style>, number>();
  let pending: string[] = [];
  let rows = 0;
  let columns = 0;

  internals._writeColumns();
  internals._writeOpenSheetData();
  internals.startedData = true;

  function styleIdOf(style: Partial<Style>): number {
    const known = styleIds.get(style);
    if (known !== undefined) return known;
    const id = styles.addStyleModel(style);
    styleIds.set(style, id);
    return id;
  }

  function handOn(): void {
    internals.stream.write(pending.join(""));
    pending = [];
  }

  return {
    add(cells, height) {
      rows += 1;
      columns = Math.max(columns, cells.length);
      let xml =
        height === undefined ? `<row r="${rows}">` : `<row r="${rows}" ht="${height}" customHeight="1">`;
      for (const [index, cell] of cells.entries()) {
        if (cell === null) continue;
        const address = `${columnName(index)}${rows}`;
        xml += toCellXml(cell, address, styleIdOf(cell.style));
        if (cell.type === "link") internals._sheetRelsWriter.addHyperlink({ target: cell.address, address });
      }
      pending.push(xml, "</row>");
    },
    async flush() {
      handOn();
      // Chunks pass in order: when an empty one behind them is through, so are they.
      const [queue] = internals.stream.pipes;
      await new Promise<void>((resolve) => queue?.write(Buffer.alloc(0), () => resolve()) ?? resolve());
    },
    close(filtered) {
      handOn();
      if (filtered) sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: rows, column: columns } };
      sheet.commit();
    },
  };
}
