import type { CellValue } from "./cell.ts";

const DAY_MS = 86_400_000;

/** 1970-01-01 as a sheet counts days. */
const EPOCH_DAYS = 25_569;

/**
 * A cell as the format writes it (ECMA-376 part 1, 18.3.1.4). Text is an inline string: it can't be taken for a
 * formula, a number or a date. `address` is such as `A1`; `styleId` is the workbook's.
 */
export function toCellXml(value: CellValue, address: string, styleId: number): string {
  const open = `<c r="${address}" s="${styleId}"`;
  switch (value.type) {
    case "text":
      return `${open} t="inlineStr"><is>${toTextXml(value.text)}</is></c>`;
    case "link":
      return `${open} t="inlineStr"><is>${toTextXml(value.address)}</is></c>`;
    case "number":
      return `${open}><v>${value.number}</v></c>`;
    case "time":
      return `${open}><v>${EPOCH_DAYS + value.atMs / DAY_MS}</v></c>`;
    case "blank":
      return `${open}/>`;
  }
}

/** The letters of a column, counted from 0: A to Z, then AA. */
export function columnName(index: number): string {
  const rest = Math.floor(index / 26);
  const letter = String.fromCharCode(65 + (index % 26));
  return rest === 0 ? letter : columnName(rest - 1) + letter;
}

/** Readers trim blanks unless told not to, and take `_x0041_` for the letter A unless its `_` is escaped. */
function toTextXml(text: string): string {
  const escaped = text.includes("_x") ? text.replace(/_x(?=[0-9A-Fa-f]{4}_)/g, "_x005F_x") : text;
  const space = /^\s|\s$|\n/.test(text) ? ' xml:space="preserve"' : "";
  return `<t${space}>${/[&<>]/.test(escaped) ? escapeXml(escaped) : escaped}</t>`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
