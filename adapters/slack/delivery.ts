import type { Delivered } from "../../src/contract.ts";
import type { Called } from "./api.ts";
import type { Failure } from "./failure.ts";
import { toRefusalSentence } from "./refusal.ts";

/** Slack calls the bot by this name when it is not known yet. */
const DEFAULT_NAME = "vtip";

/** What became of a post. `botName` is how people invite the bot. */
export function toDelivered(called: Called<{ readonly ts: string }>, botName: string | null): Delivered {
  return called.kind === "done"
    ? { kind: "sent", message: called.answer.ts }
    : toUndelivered(called, botName);
}

/** What a failed call means for a post. */
export function toUndelivered(
  failure: Failure,
  botName: string | null,
): Exclude<Delivered, { kind: "sent" }> {
  if (failure.kind !== "refused") return failure;
  return {
    kind: "refused",
    reason: toRefusalSentence(failure.code, failure.needed, botName ?? DEFAULT_NAME),
  };
}

/** For what has no effect until it is done, or may be done twice: what may have arrived is tried again. */
export function toRepeatable(failure: Failure, afterMs: number): Failure {
  return failure.kind === "unsure" ? { kind: "later", afterMs, reason: failure.reason } : failure;
}
