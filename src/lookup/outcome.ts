import { messageOf } from "../errors.ts";
import type { Answer } from "../model.ts";
import type { Closure } from "./places.ts";
import { adviceOf, VirusTotalError } from "./virustotal-error.ts";

/** A failure as a person reads it: VirusTotal's code, and what to do. */
export function failedWith(error: unknown): Answer {
  if (error instanceof VirusTotalError) return failed(error.code);
  return { outcome: "failed", code: "InternalError", reason: `InternalError: ${messageOf(error)}` };
}

/** Every key is refused, so nothing more can be asked. `reason` begins with VirusTotal's code. */
export function refusedWith(closure: Closure): Answer {
  const code = closure.reason.split(":")[0] ?? closure.reason;
  return failed(code);
}

/** The budget is used up for longer than the asker waits. */
export function overBudget(closure: Closure): Answer {
  const when =
    closure.until === null || !Number.isFinite(closure.until) ? "later" : `after ${toUtc(closure.until)}`;
  return {
    outcome: "skipped",
    cause: "over-budget",
    reason: `over budget: ${closure.reason}; goes on ${when}`,
  };
}

/** The asker gave up. */
export const CANCELLED: Answer = {
  outcome: "skipped",
  cause: "cancelled",
  reason: "cancelled before it was asked",
};

/** `2026-11-22 00:00 UTC`. */
function toUtc(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function failed(code: string): Answer {
  return { outcome: "failed", code, reason: `${code}: ${adviceOf(code)}` };
}
