import type { Row } from "./result-row.tsx";

const COLUMNS = [
  "indicator",
  "kind",
  "status",
  "score",
  "owner",
  "asn",
  "country",
  "list",
  "analysedAt",
  "reason",
  "input",
] as const;

/** All of it as RFC 4180 has it; the mark in front tells spreadsheets that it is UTF-8. */
export function toCsv(rows: readonly Row[]): string {
  const lines = [
    COLUMNS.join(","),
    ...rows.map((row) => COLUMNS.map((name) => toField(row[name])).join(",")),
  ];
  return `\uFEFF${lines.join("\r\n")}\r\n`;
}

/** What begins like a formula is none in a spreadsheet. */
export function toPlain(text: string): string {
  return /^(?:\s*[=+\-@]|[\t\r])/u.test(text) ? `'${text}` : text;
}

function toField(value: string | number | null): string {
  if (value === null || typeof value === "number") return String(value ?? "");
  const safe = toPlain(value);
  return /[",;\t\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
