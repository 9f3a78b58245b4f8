import type { Answer, Facts, Status, VerdictRule } from "../model.ts";
import { score } from "./score.ts";

/** The verdicts that rest on an answer of VirusTotal. */
export type Verdict = Extract<Status, "unsafe" | "suspicious" | "clean" | "unknown">;

/** Judges what VirusTotal said. Without a record or an analysis it is `unknown`, never `clean`. */
export function judge(facts: Facts | null, rule: VerdictRule): Verdict {
  const found = score(facts, rule);
  if (found === null) return "unknown";
  if (found.detections > rule.unsafeAbove) return "unsafe";
  return found.detections > 0 ? "suspicious" : "clean";
}

/** The status of one look-up's outcome: a verdict when it was answered, else `failed` or `skipped`. */
export function judgeAnswer(answer: Answer, rule: VerdictRule): Exclude<Status, "rejected"> {
  switch (answer.outcome) {
    case "answered":
      return judge(answer.facts, rule);
    case "failed":
      return "failed";
    case "skipped":
      return "skipped";
  }
}

/** The rule in words, such as `unsafe = more than 3 of: malicious, suspicious`. */
export function wordRule(rule: VerdictRule): string {
  return `unsafe = more than ${rule.unsafeAbove} of: ${rule.countAsDetection.join(", ")}`;
}
