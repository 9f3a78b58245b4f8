import { readRecord, toFieldText, type CsvRecord, type Field } from "./csv-record.ts";
import { findColumns } from "./headings.ts";

/** Text of the length that it had, of which only the columns named in `columns` are left; empty = everything is. */
export interface ColumnsOfText {
  readonly text: string;
  readonly columns: readonly string[];
}

interface Layout {
  readonly delimiter: string;
  readonly columns: readonly number[];
  readonly heading: CsvRecord;
}

const SPACE = 0x20;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const DELIMITERS = [",", ";", "\t", "|"] as const;

/**
 * Leaves the columns that hold indicators and turns the rest into spaces, so that offsets stay as they were.
 * Text without such headings, or with nothing under them, is returned as it is; a row that does not fit
 * the headings is left whole.
 */
export function readCsvColumns(text: string): ColumnsOfText {
  const layout = findLayout(text);
  if (!layout) return { text, columns: [] };
  const kept = toBlank(text);
  let hasValue = false;
  for (let at = layout.heading.next; at < text.length;) {
    const record = readRecord(text, at, layout.delimiter);
    for (const { start, end } of toKeptFields(text, record, layout)) {
      for (let unit = start; unit < end; unit += 1) kept[unit] = text.charCodeAt(unit);
      hasValue ||= end > start;
    }
    at = record.next;
  }
  if (!hasValue) return { text, columns: [] };
  return {
    text: Buffer.from(kept.buffer).toString("utf16le"),
    columns: toNames(text, layout),
  };
}

/** The UTF-16 units of the text with all but its line ends turned into spaces. */
function toBlank(text: string): Uint16Array {
  const blank = new Uint16Array(text.length).fill(SPACE);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === LINE_FEED || unit === CARRIAGE_RETURN) blank[at] = unit;
  }
  return blank;
}

function findLayout(text: string): Layout | null {
  const { start, separators } = findFirstRow(text);
  let best: Layout | null = null;
  for (const delimiter of separators) {
    const heading = readRecord(text, start, delimiter);
    const columns = findColumns(heading.fields.map((field) => toFieldText(text, field)));
    if (columns.length > (best?.columns.length ?? 0)) best = { delimiter, columns, heading };
  }
  return best;
}

/** Skips empty lines, and the line `sep=;` by which Excel is told the delimiter. */
function findFirstRow(text: string): { start: number; separators: readonly string[] } {
  const [skipped, named] = /^(?:[ \t]*\r?\n)*(?:sep=([,;\t|])\r?\n)?/iu.exec(text) ?? [""];
  return { start: skipped.length, separators: named ? [named] : DELIMITERS };
}

function toKeptFields(text: string, { fields }: CsvRecord, { columns, heading }: Layout): readonly Field[] {
  const fits = fields.length > (columns[0] ?? 0) && !hasMore(text, fields, heading.fields.length);
  if (!fits) return [{ start: fields[0]?.start ?? 0, end: fields.at(-1)?.end ?? 0 }];
  const kept: Field[] = [];
  for (const column of columns) {
    const field = fields[column];
    if (field) kept.push(field);
  }
  return kept;
}

function hasMore(text: string, fields: readonly Field[], count: number): boolean {
  if (fields.length <= count) return false;
  return fields.slice(count).some(({ start, end }) => text.slice(start, end).trim() !== "");
}

function toNames(text: string, { columns, heading }: Layout): readonly string[] {
  return columns.flatMap((column) => {
    const field = heading.fields[column];
    return field ? [toFieldText(text, field).trim()] : [];
  });
}
