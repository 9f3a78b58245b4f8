/** What a field of csv is made of. */
export type CsvValue = string | number | boolean | null | readonly string[];

/**
 * One field as RFC 4180 has it; null is empty, several texts stand in it with `; ` between. What a spreadsheet would take
 * for a formula gets an apostrophe before it; a number is never one.
 */
function toCsvField(value: CsvValue): string {
  if (value === null) return "";
  const text = typeof value === "object" ? value.join("; ") : String(value);
  const safe = typeof value !== "number" && /^(?:\s*[=+\-@]|[\t\r])/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One record with its line end. */
export function toCsvLine(values: readonly CsvValue[]): string {
  return `${values.map(toCsvField).join(",")}\r\n`;
}
