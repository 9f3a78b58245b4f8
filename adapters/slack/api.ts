import { webApi } from "@slack/bolt";
import type { z } from "zod";

import type { AdapterLog } from "../../src/contract.ts";
import { toFailure, type Failure } from "./failure.ts";
import { createLibraryLog } from "./library-log.ts";

/** How long one call may take. */
const TIMEOUT_MS = 10_000;

/** What a call came to. */
export type Called<T> = { readonly kind: "done"; readonly answer: T } | Failure;

/** Slack's Web API. */
export interface Api {
  /**
   * Calls a method once. It never rejects: what Slack refuses, and what is lost, is data.
   * While Slack has asked for a pause of a method, that method is not called; chat.postMessage pauses for each channel.
   */
  call<S extends z.ZodType>(
    method: string,
    args: Readonly<Record<string, unknown>>,
    answer: S,
  ): Promise<Called<z.infer<S>>>;
}

/** The settings that every client of ours has; a fresh object each time, since the library writes into it. */
export function clientOptions(apiUrl: string, log: AdapterLog): webApi.WebClientOptions {
  return {
    slackApiUrl: `${apiUrl}/`,
    logger: createLibraryLog(log),
    timeout: TIMEOUT_MS,
    // A post that is repeated blindly may stand there twice, and one method's pause must not hold up the others.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
  };
}

export function createApi(options: {
  token: string;
  apiUrl: string;
  log: AdapterLog;
  now?: () => number;
}): Api {
  const { token, apiUrl, log, now = Date.now } = options;
  const client = new webApi.WebClient(token, clientOptions(apiUrl, log));
  const pausedUntil = new Map<string, number>();

  return {
    async call(method, args, answer) {
      const limit = limitOf(method, args);
      const pauseMs = (pausedUntil.get(limit) ?? 0) - now();
      if (pauseMs > 0)
        return { kind: "later", afterMs: pauseMs, reason: `Slack asked for a pause of ${method}.` };
      pausedUntil.delete(limit);
      try {
        const parsed = answer.safeParse(await client.apiCall(method, { ...args }));
        if (parsed.success) return { kind: "done", answer: parsed.data };
        return { kind: "unsure", reason: `Slack answered ${method} in a form that is not known.` };
      } catch (error) {
        const failure = toFailure(error);
        if (error instanceof webApi.WebAPIRateLimitedError)
          pausedUntil.set(limit, now() + error.retryAfter * 1000);
        log.debug({ method, failure }, "a call of slack's web api failed");
        return failure;
      }
    },
  };
}

/** What Slack counts together: docs.slack.dev/reference/methods/chat.postMessage, "1 message per second per channel". */
function limitOf(method: string, args: Readonly<Record<string, unknown>>): string {
  const { channel } = args;
  return method === "chat.postMessage" && typeof channel === "string" ? `${method} ${channel}` : method;
}
