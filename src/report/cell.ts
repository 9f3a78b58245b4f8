import type { Style } from "exceljs";

import { COUNT_STYLE, TEXT_STYLE, TIME_STYLE } from "./palette.ts";

/** What one cell of a sheet holds. Text is always a string to the reader, whatever it looks like. */
export type CellValue =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "link"; readonly address: string }
  | { readonly type: "number"; readonly number: number }
  /** In ms since 1970, shown in UTC. */
  | { readonly type: "time"; readonly atMs: number }
  | { readonly type: "blank" };

/** A value with its style, an object that all cells alike share. Null leaves the cell out. */
export type Cell = (CellValue & { readonly style: Partial<Style> }) | null;

/** The most UTF-16 units that a cell may hold: https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3 */
const MAX_TEXT_LENGTH = 32_767;

/** What XML 1.0 forbids; with the flag u, a lone surrogate is matched and a pair is not. */
// oxlint-disable-next-line no-control-regex -- control characters are what has to go
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]|\p{Surrogate}/gu;

/** Cheap to ask of every cell: few texts need the replacements. Halves of good pairs match as well. */
// oxlint-disable-next-line no-control-regex -- as above
const SUSPECT = /[\u0000-\u0008\u000b-\u001f\u007f\ud800-\udfff\ufffe\uffff]/;

/** Excel's first day. Earlier times would show as a row of hashes. */
const FIRST_DAY_MS = Date.UTC(1900, 2, 1);

/** 9999-12-31, the last day that Excel knows. */
const LAST_DAY_MS = Date.UTC(9999, 11, 31);

/** A cell of text from anywhere. It is always stored as a string, never as a formula, number or date. */
export function textCell(text: string | null, style: Partial<Style> = TEXT_STYLE): Cell {
  if (text === null) return null;
  const clean = cleanText(text);
  return clean === "" ? null : { type: "text", text: clean, style };
}

/** A cell with a whole number; empty for null and for what is no number. */
export function countCell(count: number | null, style: Partial<Style> = COUNT_STYLE): Cell {
  return count === null || !Number.isFinite(count) ? null : { type: "number", number: count, style };
}

/** A cell with a real date in UTC; empty for a time that no sheet can show. */
export function timeCell(atMs: number | null, style: Partial<Style> = TIME_STYLE): Cell {
  if (atMs === null || !(atMs >= FIRST_DAY_MS && atMs <= LAST_DAY_MS)) return null;
  return { type: "time", atMs, style };
}

/**
 * Text as a sheet can hold it: without what XML 1.0 forbids (control characters, lone surrogates, U+FFFE and
 * U+FFFF), with plain line ends, and cut at Excel's limit without halving a character.
 */
export function cleanText(text: string): string {
  const legal = SUSPECT.test(text) ? text.replace(/\r\n?/g, "\n").replace(ILLEGAL, "") : text;
  return legal.length <= MAX_TEXT_LENGTH ? legal : cutAt(legal, MAX_TEXT_LENGTH);
}

function cutAt(text: string, length: number): string {
  return text.slice(0, length - 1).replace(/\p{Surrogate}$/u, "") + "…";
}
