import { buffer } from "node:stream/consumers";

import excel from "exceljs";
import type { CellValue, Workbook } from "exceljs";
import yauzl from "yauzl";

/** The parts of an xlsx file as text, by their path. */
export async function unzip(file: string): Promise<ReadonlyMap<string, string>> {
  const parts = new Map<string, string>();
  const zip = await yauzl.openPromise(file);
  for await (const entry of zip.eachEntry()) {
    const content = await buffer(await zip.openReadStreamPromise(entry));
    parts.set(entry.fileName, content.toString("utf8"));
  }
  return parts;
}

export async function openWorkbook(file: string): Promise<Workbook> {
  const workbook = new excel.Workbook();
  await workbook.xlsx.readFile(file);
  return workbook;
}

/** The rows of a sheet as objects, by the headers of its first row; empty cells are left out. */
export function rowsOf(workbook: Workbook, name: string): readonly Readonly<Record<string, CellValue>>[] {
  const sheet = workbook.getWorksheet(name);
  const headers = headersOf(workbook, name);
  const rows: Record<string, CellValue>[] = [];
  sheet?.eachRow((row, number) => {
    if (number === 1) return;
    const cells: Record<string, CellValue> = {};
    row.eachCell((cell, column) => {
      cells[headers[column - 1] ?? `column ${column}`] = cell.value;
    });
    rows.push(cells);
  });
  return rows;
}

export function headersOf(workbook: Workbook, name: string): readonly string[] {
  const headers: string[] = [];
  workbook
    .getWorksheet(name)
    ?.getRow(1)
    .eachCell((cell) => headers.push(cell.text));
  return headers;
}

/** The sheet Summary as its labels with what stands beside them. */
export function summaryOfSheet(workbook: Workbook): Readonly<Record<string, CellValue>> {
  const values: Record<string, CellValue> = {};
  workbook.getWorksheet("Summary")?.eachRow((row) => {
    values[row.getCell(1).text] = row.getCell(2).value;
  });
  return values;
}
