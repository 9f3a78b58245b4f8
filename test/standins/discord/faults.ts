import type * as shared from "../faults.ts";
import { errorBody, type RefusalCode } from "./refusal.ts";
import type { Call } from "./trace.ts";

export { serverError } from "../faults.ts";

/** What goes wrong with one call of Discord. */
export type Fault = shared.Fault<Call>;

/** Discord's answer to too many calls: of this route, or of all. */
export function rateLimited(retryAfterSeconds: number, { isGlobal = false } = {}): Fault {
  const scope = isGlobal
    ? { "x-ratelimit-global": "true", "x-ratelimit-scope": "global" }
    : { "x-ratelimit-scope": "user" };
  const body = { message: "You are being rate limited.", retry_after: retryAfterSeconds, global: isGlobal };
  return {
    answer: { status: 429, headers: { "retry-after": String(retryAfterSeconds), ...scope }, body },
  };
}

/** An error of Discord's own: 50013, 50001, 50027, … */
export function discordError(code: RefusalCode): Fault {
  return { answer: errorBody(code) };
}

/** The token of an interaction is refused, whatever the clock says. */
export function tokenRefused(): Fault {
  return discordError(50_027);
}
