import type { EngineStats, Facts, VerdictRule } from "../model.ts";

/** How many engines detected something, of how many that were asked. `text` is `2/94`. */
export interface Score {
  readonly detections: number;
  readonly total: number;
  readonly text: string;
}

/**
 * Detections by the rule over the sum of all categories. Null where there is nothing to judge: no record,
 * no analysis, counters that are all zero or no whole numbers, or not one category that the rule counts.
 */
export function score(facts: Facts | null, rule: VerdictRule): Score | null {
  const stats = facts?.stats ?? null;
  if (stats === null) return null;
  const total = totalOf(stats);
  if (total === null || total === 0) return null;
  // Without any counted category, zero detections would be an invention and the verdict "clean" by accident.
  const counted = rule.countAsDetection.filter((category) => Object.hasOwn(stats, category));
  if (counted.length === 0) return null;
  const detections = [...new Set(counted)].reduce((sum, category) => sum + (stats[category] ?? 0), 0);
  return { detections, total, text: `${detections}/${total}` };
}

/** The sum of all categories; null when a counter is negative or no whole number. */
export function totalOf(stats: EngineStats): number | null {
  const counts = Object.values(stats);
  if (!counts.every((count) => Number.isSafeInteger(count) && count >= 0)) return null;
  return counts.reduce((sum, count) => sum + count, 0);
}
