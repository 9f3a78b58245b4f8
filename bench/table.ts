import { toShown, type Row } from "./row.ts";

/** The rows as a table in Markdown, aligned for reading as text as well. */
export function toTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.name,
    toShown(row.figure),
    row.unit,
    row.ratio === undefined ? "" : toRatio(row.ratio),
    row.bar ?? "",
    row.ok === undefined ? "" : row.ok ? "yes" : "**no**",
  ]);
  const head = ["measured", "figure", "unit", "ratio", "bar", "met"];
  const widths = head.map((title, at) => Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)));
  const toLine = (row: readonly string[]) =>
    `| ${row.map((cell, at) => (isNumber(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0))).join(" | ")} |`;
  const rule = `|${widths.map((width, at) => (isNumber(at) ? `${"-".repeat(width + 1)}:` : "-".repeat(width + 2))).join("|")}|`;
  return [toLine(head), rule, ...cells.map(toLine)].join("\n");
}

/** The nearer to one, the more digits tell two ratios apart. */
function toRatio(ratio: number): string {
  return ratio < 2 ? ratio.toFixed(ratio < 1.01 && ratio > 1 ? 5 : 3) : toShown(ratio);
}

function isNumber(column: number): boolean {
  return column === 1 || column === 3;
}
