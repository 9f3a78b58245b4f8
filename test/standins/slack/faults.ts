import * as shared from "../faults.ts";
import type { Call } from "./trace.ts";

export { serverError } from "../faults.ts";

/** What goes wrong with one call of Slack. */
export type Fault = shared.Fault<Call>;

/** The faults that are still to come, by method. */
export type Faults = shared.Faults<Call>;

export function createFaults(): Faults {
  return shared.createFaults(({ method }) => method);
}

/** Slack's answer to too many calls. */
export function rateLimited(retryAfterSeconds: number): Fault {
  const headers = { "retry-after": String(retryAfterSeconds) };
  return { answer: { status: 429, headers, body: { ok: false, error: "ratelimited" } } };
}

/** An error of Slack's own (`internal_error`, `channel_is_archived`, …), with status 200. */
export function slackError(error: string): Fault {
  return { answer: { status: 200, body: { ok: false, error } } };
}
