import { findColumns } from "./headings.ts";
import type { Cell } from "./sheet.ts";

/** The text of one sheet as it is built up row by row. */
export interface SheetText {
  addRow(cells: readonly Cell[]): void;
  /** Adds the address that a cell links to, unless the cell's text says it already or its column is not read. */
  addLink(ref: string, target: string): void;
  toText(): { readonly text: string; readonly headings: readonly string[] };
}

/**
 * Cells are parted by tabs, rows by line ends. If the first row has headings as of a csv, only their columns are
 * kept; if there is nothing under these, everything is.
 */
export function createSheetText(options: { hasLinks: boolean }): SheetText {
  const whole: string[] = [];
  const kept: string[] = [];
  const textByRef = new Map<string, { text: string; column: number }>();
  let columns: ReadonlyMap<number, string> | null = null;

  function addKept(cells: readonly Cell[], headings: ReadonlyMap<number, string>): void {
    if (headings.size === 0) return;
    const row = toRow(cells.filter((cell) => headings.has(cell.column)));
    if (row.trim() === "") return;
    whole.length = 0;
    kept.push(row);
  }

  return {
    addRow(cells) {
      if (options.hasLinks) for (const { ref, text, column } of cells) textByRef.set(ref, { text, column });
      if (columns) addKept(cells, columns);
      else columns = toHeadings(cells);
      if (kept.length === 0) whole.push(toRow(cells));
    },
    addLink(ref, target) {
      const cell = textByRef.get(ref.split(":")[0] ?? "");
      if (cell && saysTheSame(cell.text, target)) return;
      if (kept.length === 0) whole.push(target);
      else if (cell && columns?.has(cell.column)) kept.push(target);
    },
    toText() {
      if (kept.length === 0) return { text: whole.join("\n"), headings: [] };
      return { text: kept.join("\n"), headings: [...(columns?.values() ?? [])] };
    },
  };
}

function toHeadings(cells: readonly Cell[]): ReadonlyMap<number, string> {
  const found = findColumns(cells.map((cell) => cell.text));
  return new Map(
    found.flatMap((at) => {
      const cell = cells[at];
      return cell ? [[cell.column, cell.text.trim()] as const] : [];
    }),
  );
}

function toRow(cells: readonly Cell[]): string {
  return cells.map(toShownAndLinked).join("\t");
}

/** `=HYPERLINK("http://evil.example","here")` shows `here` and leads elsewhere: both are said. */
function toShownAndLinked({ text, formula }: Cell): string {
  const target = /HYPERLINK\s*\(\s*"([^"]+)"/iu.exec(formula)?.[1];
  return target === undefined || saysTheSame(text, target) ? text : `${text}\t${target}`;
}

/** A link to what the cell says, or to a page about it, adds nothing; `here` that leads to a URL does. */
function saysTheSame(text: string, target: string): boolean {
  const said = toComparable(text);
  const linked = toComparable(target);
  return said.includes(linked) || (/\p{L}\.\p{L}|\d[.:]\d/u.test(said) && linked.includes(said));
}

function toComparable(address: string): string {
  return address
    .trim()
    .toLowerCase()
    .replace(/^(?:[a-z]+:)?\/{0,2}/u, "")
    .replace(/\/$/u, "");
}
