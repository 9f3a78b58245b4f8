import { createHmac } from "node:crypto";

import { type Ack, readAckBody } from "./ack.ts";
import type { Envelope } from "./socket-mode.ts";

/** How the signature of a request is spoilt. */
export type Forgery = "wrong secret" | "old" | "unsigned";

/** Where to, and how, events go over HTTP. */
export interface HttpTarget {
  readonly url: string;
  readonly secret: string;
  readonly withinMs: number;
  readonly forged?: Forgery | undefined;
}

/** Slack and Bolt take five minutes for the most. */
const TOO_OLD_S = 301;

/** One signed request to the bot: slash commands as a form, interactions as a form with JSON, events as JSON. */
export async function post(envelope: Envelope, target: HttpTarget): Promise<Ack> {
  const { type, payload } = envelope;
  const body = bodyOf(type, payload);
  const headers = {
    "content-type": type === "events_api" ? "application/json" : "application/x-www-form-urlencoded",
    ...signature(body, target),
    ...retryHeaders(envelope),
  };
  const start = performance.now();
  const ms = () => performance.now() - start;
  try {
    const signal = AbortSignal.timeout(target.withinMs);
    const response = await fetch(target.url, { method: "POST", body, headers, signal });
    const content = await response.text();
    const noRetry = response.headers.get("x-slack-no-retry") === "1";
    const { status, ok } = response;
    if (ok) return { ok, status, ms: ms(), body: readAckBody(content), problem: null, noRetry };
    return { ok, status, ms: ms(), body: null, problem: "refused", noRetry };
  } catch (error) {
    const problem = error instanceof Error && error.name === "TimeoutError" ? "timeout" : "unreachable";
    return { ok: false, status: 0, ms: ms(), body: null, problem };
  }
}

function bodyOf(type: Envelope["type"], payload: unknown): string {
  switch (type) {
    case "events_api":
      return JSON.stringify(payload);
    case "interactive":
      return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    case "slash_commands":
      return new URLSearchParams(payload as Record<string, string>).toString();
  }
}

function signature(body: string, { secret, forged }: HttpTarget): Record<string, string> {
  if (forged === "unsigned") return {};
  const seconds = Math.floor(Date.now() / 1000) - (forged === "old" ? TOO_OLD_S : 0);
  const key = forged === "wrong secret" ? `${secret}x` : secret;
  const hash = createHmac("sha256", key).update(`v0:${seconds}:${body}`).digest("hex");
  return { "x-slack-request-timestamp": String(seconds), "x-slack-signature": `v0=${hash}` };
}

function retryHeaders({ retry_attempt = 0, retry_reason = "" }: Envelope): Record<string, string> {
  if (retry_attempt === 0) return {};
  return { "x-slack-retry-num": String(retry_attempt), "x-slack-retry-reason": retry_reason };
}
