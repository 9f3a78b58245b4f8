import type { AuditRow } from "../records/audit-trail.ts";
import { toCsvLine } from "./csv-field.ts";

/** How the audit trail is written. */
export type AuditFormat = "jsonl" | "csv";

const HEADINGS = ["id", "at", "who", "action", "subject", "reason", "detail", "previous", "hash"];

/**
 * The audit trail as text, an entry a line: JSON with everything as it is hashed, or csv with headings (RFC 4180), times
 * in ISO 8601, the reason in a column of its own and the detail as JSON.
 */
export async function* toAuditText(
  rows: AsyncIterable<AuditRow>,
  format: AuditFormat,
): AsyncGenerator<string> {
  if (format === "csv") yield toCsvLine(HEADINGS);
  for await (const row of rows) yield format === "csv" ? toLine(row) : `${JSON.stringify(row)}\n`;
}

function toLine({ id, at, who, action, subject, detail, previous, hash }: AuditRow): string {
  const { reason, refused } = detail;
  const why = [reason, refused].filter((text) => typeof text === "string");
  const time = new Date(at).toISOString();
  return toCsvLine([id, time, who, action, subject, why, JSON.stringify(detail), previous, hash]);
}
