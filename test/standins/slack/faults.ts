import type { Call } from "./trace.ts";

/** What goes wrong with one call. */
export interface Fault {
  /** A connection cut without an answer, no answer at all, half of an answer, another answer, or one that comes late. */
  readonly answer: "reset" | "hang" | "garbled" | "late" | FaultAnswer;
  /** The call is carried out all the same; only the client doesn't hear of it. Left out, it has no effect. */
  readonly takesEffect?: boolean;
  /** How many calls it befalls; 1 unless said. */
  readonly times?: number;
  /** Only calls that it holds for; others pass. */
  readonly when?: (call: Call) => boolean;
  /** Wait before the answer, in milliseconds. */
  readonly delayMs?: number;
}

/** An answer in place of Slack's. */
interface FaultAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The faults that are still to come, by method. */
export interface Faults {
  add(method: string, ...faults: readonly Fault[]): void;
  /** The first one left that this call meets. */
  take(call: Call): Fault | undefined;
}

export function createFaults(): Faults {
  const waiting = new Map<string, { readonly fault: Fault; left: number }[]>();
  return {
    add(method, ...faults) {
      const queue = waiting.get(method) ?? [];
      waiting.set(method, [...queue, ...faults.map((fault) => ({ fault, left: fault.times ?? 1 }))]);
    },
    take(call) {
      const queue = waiting.get(call.method) ?? [];
      const met = queue.find(({ fault, left }) => left > 0 && (fault.when?.(call) ?? true));
      if (met === undefined) return undefined;
      met.left -= 1;
      return met.fault;
    },
  };
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

/** A failure before Slack's program is reached: 500, 502, 503. */
export function serverError(status = 503): Fault {
  return { answer: { status, headers: { "content-type": "text/html" }, body: "<html>unavailable</html>" } };
}
