import { DiscordAPIError, HTTPError, RateLimitError } from "discord.js";

/** Why a call of Discord's API gave no answer. */
export type Failure =
  /** Discord will never take it; `code` is its number for it: docs.discord.com, topics/opcodes-and-status-codes. */
  | { readonly kind: "refused"; readonly code: number; readonly message: string }
  /** It had no effect, and may be tried again after `afterMs`. */
  | { readonly kind: "later"; readonly afterMs: number; readonly reason: string }
  /** It may have had an effect or not. */
  | { readonly kind: "unsure"; readonly reason: string };

/** The connection never came about, so nothing was sent. */
const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

const UNREACHED_MS = 5000;
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
  if (error instanceof HTTPError) return toStatus(error.status);
  return toLost(error);
}

function toRefusal({ code, status, message }: DiscordAPIError): Failure {
  const number = Number(code);
  if (status === UNAUTHORIZED && number !== INVALID_WEBHOOK_TOKEN) {
    // Wrong until an operator mends it; what is waiting to be said shall not be lost over it.
    return { kind: "later", afterMs: TOKEN_MS, reason: TOKEN_SENTENCE };
  }
  // What stands before Discord answers in forms of its own, without a code.
  if (!Number.isFinite(number) || (number === 0 && status !== 404)) return toStatus(status);
  return { kind: "refused", code: number, message };
}

/** One sentence for a token that Discord does not take. */
export const TOKEN_SENTENCE =
  "Discord does not accept DISCORD_TOKEN: copy the token of the page Bot in the developer portal again.";

function toStatus(status: number): Failure {
  if (status >= 500) return { kind: "unsure", reason: `Discord answered with HTTP ${status}.` };
  return {
    kind: "later",
    afterMs: OTHER_MS,
    reason: `Discord, or what stands before it, answered with HTTP ${status}.`,
  };
}

function toLost(error: unknown): Failure {
  const code = codeOf(error);
  if (code !== null && NEVER_SENT.has(code)) {
    return { kind: "later", afterMs: UNREACHED_MS, reason: `Discord could not be reached (${code}).` };
  }
  const isLate = error instanceof Error && error.name === "AbortError";
  const what = isLate ? "no answer in time" : (code ?? (error instanceof Error ? error.message : "unknown"));
  return { kind: "unsure", reason: `The connection to Discord was lost (${what}).` };
}

/** The code of what failed beneath `fetch`. */
export function codeOf(error: unknown): string | null {
  const { code, cause } = (error ?? {}) as { readonly code?: unknown; readonly cause?: unknown };
  if (typeof code === "string") return code;
  return cause === undefined ? null : codeOf(cause);
}

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

/** A fault at start that only a person can mend: the program ends with 3, as for any wrong configuration. */
export function toConfigError(sentence: string, cause?: unknown): Error {
  return Object.assign(new Error(sentence, { cause }), { exitStatus: 3 });
}
