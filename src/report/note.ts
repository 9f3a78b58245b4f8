import type { Result } from "../model.ts";

const DAY_MS = 86_400_000;

/** An analysis older than this says little about today. */
const STALE_AFTER_DAYS = 90;

/** True when VirusTotal's last analysis is more than 90 days before `nowMs`. */
export function isStale(result: Result, nowMs: number): boolean {
  const analysedAt = result.facts?.analysedAt ?? null;
  return analysedAt !== null && nowMs - analysedAt > STALE_AFTER_DAYS * DAY_MS;
}

/** What a reader should know before relying on a row, in sentences; null when there is nothing to say. */
export function noteOf(result: Result, nowMs: number): string | null {
  const analysedAt = result.facts?.analysedAt ?? null;
  const notes = [
    result.reason,
    result.status === "unknown" ? wordUnknown(result) : null,
    result.old ? wordOld(result) : null,
    analysedAt !== null && isStale(result, nowMs)
      ? `VirusTotal's last analysis is ${Math.floor((nowMs - analysedAt) / DAY_MS)} days old.`
      : null,
  ].filter((note) => note !== null);
  return notes.length === 0 ? null : notes.join(" ");
}

function wordUnknown(result: Result): string {
  return result.facts === null ? "VirusTotal has no record of it." : "VirusTotal has no analysis of it.";
}

function wordOld(result: Result): string {
  return result.checkedAt === null
    ? "The verdict is from the cache and of unknown age."
    : "The verdict is from the cache and older than the cache's limit.";
}
