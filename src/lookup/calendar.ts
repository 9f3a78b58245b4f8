const DAY_MS = 86_400_000;
/** Rests are told in whole seconds, and answers take their time. */
const MIDNIGHT_SLACK_MS = 5000;

/** The UTC day of a time, `2026-11-21`: VirusTotal's daily quota begins at 00:00 UTC. */
export function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** The UTC hour of a time, `2026-11-21T08`. */
export function hourOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 13);
}

/** The first day of the UTC month of a time. */
export function monthStartOf(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 7)}-01`;
}

/** When the next UTC day begins, in ms since 1970. */
export function nextDay(timeMs: number): number {
  return (Math.floor(timeMs / DAY_MS) + 1) * DAY_MS;
}

/** When the next UTC month begins, in ms since 1970. */
export function nextMonth(timeMs: number): number {
  const date = new Date(timeMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

/** Whether a rest ends with the UTC day: a 429 that asks for one speaks of the day's budget, wherever that was spent. */
export function endsAtMidnight(until: number | null, now: number): boolean {
  return until !== null && Math.abs(until - nextDay(now)) <= MIDNIGHT_SLACK_MS;
}
