import type { BlockEvidence } from "../block-model.ts";
import type { FeedEntry } from "./feed.ts";

const MOST_CHARACTERS = 160;

/** All but what no format here gives a meaning to, be it within a comment or within quotes. */
const HARMFUL = /[^A-Za-z0-9 .,:/@()_+=-]/gu;

/**
 * Who, when and why, in one line of plain letters that means nothing in any of the formats; empty when nothing is
 * known. Reasons and owners are outside text: what could end a comment or a quotation is replaced.
 */
export function toComment({ since, until, by, reason, scanId, evidence }: FeedEntry): string {
  const parts = [
    since === null ? null : `since ${toDay(since)}`,
    until === null ? null : `until ${toDay(until)}`,
    by === null ? null : `by ${by}`,
    toScore(evidence),
    evidence?.owner ?? null,
    scanId,
    reason,
  ];
  return toPlainLine(parts.filter((part) => part !== null).join(", "));
}

/** `9/94`, or the detections alone; null when they are not known. */
export function toScore(evidence: BlockEvidence | null): string | null {
  if (evidence === null || evidence.detections === null) return null;
  return evidence.total === null ? String(evidence.detections) : `${evidence.detections}/${evidence.total}`;
}

function toPlainLine(text: string): string {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/\s+/gu, " ")
    .replace(HARMFUL, "_")
    .trim();
  return plain.slice(0, MOST_CHARACTERS).trim();
}

function toDay(ms: number): string {
  return toTime(ms).slice(0, 10);
}

/** A time as ISO 8601 has it, in UTC, with milliseconds. */
export function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
