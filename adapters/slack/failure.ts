import { webApi } from "@slack/bolt";

import { toStatusFailure, toUnanswered, type Unanswered } from "../../src/platform-call.ts";

/** Why a call of the Web API gave no answer. */
export type Failure =
  /** Slack will never take it; `code` is Slack's word for it, `needed` the scope that is missing. */
  { readonly kind: "refused"; readonly code: string; readonly needed: string | null } | Unanswered;

/** "It is possible that some aspect of the operation succeeded": docs.slack.dev on `fatal_error`, `internal_error`. */
const HALF_DONE = new Set(["fatal_error", "internal_error"]);
/** Slack is busy, by its own word. */
const BUSY = new Set([
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
  "message_limit_exceeded",
]);
const LIMITED = new Set(["ratelimited", "rate_limited"]);
/** Wrong until an operator mends it; what is waiting to be said shall not be lost over it. */
export const TOKEN_REFUSED = new Set([
  "invalid_auth",
  "not_authed",
  "account_inactive",
  "token_revoked",
  "token_expired",
  "not_allowed_token_type",
]);

const BUSY_MS = 5000;
const LIMITED_MS = 30_000;
const TOKEN_MS = 60_000;

/** Tells what a thrown error of the library means for what was to be done. */
export function toFailure(error: unknown): Failure {
  if (error instanceof webApi.WebAPIRateLimitedError) return toLimited(error.retryAfter * 1000);
  if (error instanceof webApi.WebAPIPlatformError) return toRefusal(error.data);
  if (error instanceof webApi.WebAPIHTTPError) return toStatusFailure(error.statusCode, "Slack", TOKEN_MS);
  if (error instanceof webApi.WebAPIRequestError) return toUnanswered(error.original, "Slack");
  const message = error instanceof Error ? error.message : String(error);
  // The library's own words for a 429 without a time.
  if (message.startsWith("Retry header")) return toLimited(LIMITED_MS);
  return { kind: "unsure", reason: `Slack's answer could not be read (${message}).` };
}

function toLimited(afterMs: number): Failure {
  const seconds = Math.ceil(afterMs / 1000);
  return { kind: "later", afterMs, reason: `Slack asks for a pause of ${seconds} s.` };
}

function toRefusal(data: webApi.WebAPIPlatformError["data"]): Failure {
  const { error: code, needed } = data as typeof data & { readonly needed?: unknown };
  // What cannot be read, the library takes for the error's name.
  if (!/^[a-z][a-z0-9_]*$/.test(code)) return { kind: "unsure", reason: "Slack's answer could not be read." };
  if (LIMITED.has(code)) return toLimited(LIMITED_MS);
  if (BUSY.has(code)) return { kind: "later", afterMs: BUSY_MS, reason: `Slack is busy (${code}).` };
  if (HALF_DONE.has(code)) return { kind: "unsure", reason: `Slack had a fault of its own (${code}).` };
  if (TOKEN_REFUSED.has(code)) return { kind: "later", afterMs: TOKEN_MS, reason: tokenSentence(code) };
  return { kind: "refused", code, needed: typeof needed === "string" ? needed : null };
}

/** One sentence for a token that Slack does not take. */
export function tokenSentence(code: string): string {
  return `Slack does not accept SLACK_BOT_TOKEN (${code}): copy the Bot User OAuth Token (xoxb-…) of OAuth & Permissions again.`;
}

/** For what has no effect until it is done, or may be done twice: what may have arrived is tried again. */
export function toRepeatable(failure: Failure, afterMs: number): Failure {
  return failure.kind === "unsure" ? { kind: "later", afterMs, reason: failure.reason } : failure;
}

/** A failure in a sentence, where no person has to be told what to do. */
export function reasonOf(failure: Failure): string {
  return failure.kind === "refused" ? `Slack refused it (${failure.code}).` : failure.reason;
}
