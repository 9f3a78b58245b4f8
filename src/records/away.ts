/** What a database or its network says while it cannot be reached: Node's codes, and PostgreSQL's (classes 08, 25P03, 53300, 57P0x). */
const CODES: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ETIMEDOUT",
  "EPIPE",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "25P03",
  "53300",
  "57P01",
  "57P02",
  "57P03",
]);

/** What pg says in words alone. */
const SENTENCES =
  /Connection terminated|is not queryable|timeout exceeded when trying to connect|Query read timeout|socket hang up/u;

/** What people are told then. */
export const RECORDS_AWAY = "The records cannot be reached.";

/** Whether an error, or what caused it, says that the database is away, and not that what was asked of it is wrong. */
export function isAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isAway);
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && (CODES.has(code) || code.startsWith("08"))) return true;
  return SENTENCES.test(error.message) || isAway(error.cause);
}
