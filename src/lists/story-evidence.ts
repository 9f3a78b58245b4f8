import type { StoryEvidence } from "./story-event.ts";

/** What records of a block say of the verdict that it rests on; null where they say nothing of one. */
export function evidenceOf(detail: Readonly<Record<string, unknown>>): StoryEvidence | null {
  const { detections, total, engines } = detail;
  if (typeof detections !== "number" || typeof total !== "number") return null;
  return { detections, total, engines: Array.isArray(engines) ? engines.map(String) : [] };
}

/** A text of a record; null where it has none. */
export function wordsOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
