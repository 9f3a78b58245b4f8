import { toObjectBody, toStats } from "../../src/demo/standin-objects.ts";
import type { Kind } from "../../src/model.ts";
import type { Item } from "./scans.ts";

/** As the program is set here. */
const UNSAFE_ABOVE = 3;

/** Whether an answer is what VirusTotal has of it. What could not be checked, or never is, is no untruth. */
export function isTrue({ kind, value, status }: Item): boolean {
  switch (status) {
    case null:
    case "failed":
    case "skipped":
    case "rejected":
      return true;
    case "unsafe":
    case "suspicious":
    case "clean":
    case "unknown":
      return kind !== null && value !== null && status === verdictOf(kind as Kind, value);
  }
}

function verdictOf(kind: Kind, value: string): "unsafe" | "suspicious" | "clean" | "unknown" {
  const isKnown = toObjectBody(kind, value, undefined, { nowMs: 0, url: "" }) !== null;
  const stats = isKnown ? toStats(kind, value, undefined) : null;
  if (stats === null) return "unknown";
  const detections = (stats["malicious"] ?? 0) + (stats["suspicious"] ?? 0);
  if (detections === 0) return "clean";
  return detections > UNSAFE_ABOVE ? "unsafe" : "suspicious";
}
