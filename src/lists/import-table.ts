import { readRecord, toFieldText } from "../intake/csv-record.ts";
import { findColumns } from "../intake/headings.ts";
import { toAddress } from "./address.ts";
import { toEntry } from "./list-line.ts";
import { toOwnNetwork } from "./own-networks.ts";
import { isWiderThanOne } from "./single-address.ts";

/** What stands where an address should, and in which line, from 1. */
export interface ImportEntry {
  readonly line: number;
  readonly entry: string;
}

interface Row {
  /** From 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

const DELIMITERS = [",", "\t", ";", "|"] as const;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** The longest spelling of a range of two IPv6 addresses, and then some. */
const MOST_LETTERS = 120;

/**
 * The entries of csv in whatever delimiter: every column at least half of which is addresses, else the one that has
 * some. Null for text that is no csv. Lines that begin with `#`, or `;` where that is no delimiter, are comments.
 */
export function readDelimited(text: string): readonly ImportEntry[] | null {
  const rows = readRows(text);
  if (rows === null) return null;
  const [first, ...others] = rows;
  if (first === undefined) return [];
  const isHeaded = isHeading(first.cells);
  const data = isHeaded ? others : rows;
  const columns = columnsOf(data, isHeaded ? first.cells : []);
  return data.flatMap(({ line, cells }) =>
    columns.flatMap((column) => {
      const entry = cells[column] ?? "";
      return entry === "" ? [] : [{ line, entry }];
    }),
  );
}

function readRows(text: string): readonly Row[] | null {
  let delimiter: string | null = null;
  const rows: Row[] = [];
  for (let at = 0, line = 1; at < text.length;) {
    const end = lineEndOf(text, at);
    const here = text.slice(at, end);
    const named = rows.length === 0 ? /^sep=([,;\t|])$/iu.exec(here)?.[1] : undefined;
    const isLeftOut = here.trim() === "" || isComment(here, delimiter) || named !== undefined;
    if (!isLeftOut) delimiter ??= delimiterOf(text, at, here);
    delimiter = named ?? delimiter;
    if (!isLeftOut && delimiter === null) return null;
    const record = isLeftOut ? null : readRecord(text, at, delimiter ?? ",");
    const next = record?.next ?? skipLineEnd(text, end);
    if (record !== null) {
      rows.push({ line, cells: record.fields.map((field) => toEntry(toFieldText(text, field))) });
    }
    line += linesIn(text, at, next);
    at = next;
  }
  return delimiter === null ? null : rows;
}

/** By the first line that says something. A semicolon behind an address begins a comment, as in a plain list. */
function delimiterOf(text: string, at: number, line: string): string | null {
  const entry = toEntry(line);
  return (
    DELIMITERS.find((delimiter) => {
      if (!entry.includes(delimiter)) return false;
      const { fields } = readRecord(text, at, delimiter);
      const [first] = fields;
      if (fields.length < 2 || first === undefined) return false;
      return delimiter !== ";" || !isAddressLike(toFieldText(text, first).trim());
    }) ?? null
  );
}

function isComment(line: string, delimiter: string | null): boolean {
  return /^\s*#/u.test(line) || (delimiter !== ";" && /^\s*;/u.test(line));
}

/** Names and no data. */
function isHeading(cells: readonly string[]): boolean {
  if (findColumns(cells).length > 0) return true;
  const isData = cells.some((cell) => /\d[[({]?\.|\.[\])}]?\d|:[\da-f]*:/iu.test(cell));
  return !isData && cells.some((cell) => /\p{L}/u.test(cell));
}

function columnsOf(rows: readonly Row[], headings: readonly string[]): readonly number[] {
  const width = rows.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  const filled = Array.from({ length: width }, () => 0);
  const found = Array.from({ length: width }, () => 0);
  for (const { cells } of rows) {
    for (const [column, cell] of cells.entries()) {
      if (cell === "") continue;
      filled[column] = (filled[column] ?? 0) + 1;
      if (isAddressLike(cell)) found[column] = (found[column] ?? 0) + 1;
    }
  }
  const shares = filled.map((count, column) => (count === 0 ? 0 : (found[column] ?? 0) / count));
  const columns = shares.flatMap((share, column) => (share >= 0.5 ? [column] : []));
  if (columns.length > 0) return columns;
  const best = shares.indexOf(Math.max(0, ...shares));
  if ((shares[best] ?? 0) > 0) return [best];
  const named = findColumns(headings);
  return named.length > 0 ? named : [0];
}

function isAddressLike(cell: string): boolean {
  if (cell.length > MOST_LETTERS || !/^[[(\da-f:]/iu.test(cell)) return false;
  if (toAddress(cell) !== null) return true;
  // Dates have such signs too, and are many.
  const [start = "", ...rest] = cell.split(/\s*[-\u2013/]/u, 2);
  if (rest.length === 0 || toAddress(start) === null) return false;
  return isWiderThanOne(cell) || toOwnNetwork(cell) !== null;
}

function lineEndOf(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) !== LINE_FEED && text.charCodeAt(at) !== CARRIAGE_RETURN)
    at += 1;
  return at;
}

function skipLineEnd(text: string, at: number): number {
  return text.charCodeAt(at) === CARRIAGE_RETURN && text.charCodeAt(at + 1) === LINE_FEED ? at + 2 : at + 1;
}

/** Line ends from one place to another: a quoted field may hold some. */
function linesIn(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < Math.min(to, text.length); at += 1) {
    const code = text.charCodeAt(at);
    const isPair = code === CARRIAGE_RETURN && text.charCodeAt(at + 1) === LINE_FEED;
    if (code === LINE_FEED || (code === CARRIAGE_RETURN && !isPair)) count += 1;
  }
  return count;
}
