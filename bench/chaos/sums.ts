import type { SeenScan } from "./scans.ts";

export const STATUSES = [
  "unsafe",
  "suspicious",
  "clean",
  "unknown",
  "failed",
  "skipped",
  "rejected",
] as const;

/** How many pieces of a scan have each status. */
export type Sums = Readonly<Record<(typeof STATUSES)[number], number>>;

/** As the records have them. */
export function sumsOf({ items }: Pick<SeenScan, "items">): Sums {
  return toSums((status) => items.filter((item) => item.status === status).length);
}

/** From a table of numbers by status, such as the last line of `--json` or the sheet Summary. */
export function readSums(table: Readonly<Record<string, unknown>>): Sums {
  return toSums((status) => Number(table[status] ?? Number.NaN));
}

/** From the words of a summary: `4 unsafe, 3 clean, 2 not checked (1 skipped, 1 rejected)`; null where there are none. */
export function sumsInWords(text: string): (Sums & { readonly total: number }) | null {
  const found = /([\d,]+) inputs?: (.*)/u.exec(text);
  if (found === null) return null;
  const [, total = "", words = ""] = found;
  const numberOf = (word: string) =>
    toNumber(new RegExp(`([\\d,]+) ${word}\\b`, "u").exec(words)?.[1] ?? "0");
  return { ...toSums(numberOf), total: toNumber(total) };
}

/** The same in short, to compare and to tell. */
export function wordSums(sums: Sums): string {
  return STATUSES.map((status) => `${sums[status]} ${status}`).join(", ");
}

function toNumber(text: string): number {
  return Number(text.replaceAll(",", ""));
}

function toSums(numberOf: (status: (typeof STATUSES)[number]) => number): Sums {
  return Object.fromEntries(STATUSES.map((status) => [status, numberOf(status)])) as Sums;
}
