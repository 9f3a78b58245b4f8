import { DiscordAPIError, HTTPError, RateLimitError } from "discord.js";

import { toStatusFailure, toUnanswered, type Unanswered } from "../../src/platform-call.ts";

/** Why a call of Discord's API gave no answer. */
export type Failure =
  /** Discord will never take it; `code` is its number for it: docs.discord.com, topics/opcodes-and-status-codes. */
  { readonly kind: "refused"; readonly code: number; readonly message: string } | Unanswered;

const TOKEN_MS = 60_000;
const OTHER_MS = 30_000;

/** What Discord says when a webhook's or interaction's token is not, or no longer, valid. */
const INVALID_WEBHOOK_TOKEN = 50_027;
const UNAUTHORIZED = 401;

/** Tells what a thrown error of the library means for what was to be done. */
export function toFailure(error: unknown): Failure {
  if (error instanceof RateLimitError) {
    const afterMs = Math.max(error.retryAfter, error.timeToReset, error.sublimitTimeout);
    return {
      kind: "later",
      afterMs,
      reason: `Discord asks for a pause of ${Math.ceil(afterMs / 1000)} s.`,
    };
  }
  if (error instanceof DiscordAPIError) return toRefusal(error);
  if (error instanceof HTTPError) return toStatusFailure(error.status, "Discord", OTHER_MS);
  return toUnanswered(error, "Discord");
}

function toRefusal({ code, status, message }: DiscordAPIError): Failure {
  const number = Number(code);
  if (status === UNAUTHORIZED && number !== INVALID_WEBHOOK_TOKEN) {
    // Wrong until an operator mends it; what is waiting to be said shall not be lost over it.
    return { kind: "later", afterMs: TOKEN_MS, reason: TOKEN_SENTENCE };
  }
  // What stands before Discord answers in forms of its own, without a code.
  if (!Number.isFinite(number) || (number === 0 && status !== 404))
    return toStatusFailure(status, "Discord", OTHER_MS);
  return { kind: "refused", code: number, message };
}

/** One sentence for a token that Discord does not take. */
export const TOKEN_SENTENCE =
  "Discord does not accept DISCORD_TOKEN: copy the token of the page Bot in the developer portal again.";

/** For what has no effect until it is done, or may be done twice: what may have arrived is tried again. */
export function toRepeatable(failure: Failure, afterMs: number): Failure {
  return failure.kind === "unsure" ? { kind: "later", afterMs, reason: failure.reason } : failure;
}

/** A failure in a sentence, where no person has to be told what to do. */
export function reasonOf(failure: Failure): string {
  return failure.kind === "refused"
    ? `Discord refused it (${failure.code} ${failure.message}).`
    : failure.reason;
}
