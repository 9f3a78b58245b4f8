import { createHmac } from "node:crypto";

import { Pool } from "undici";

import type { Clock } from "../model.ts";
import type { Notice } from "./block-notice-message.ts";

/** Where changes of the blacklist are told. */
export interface Webhook {
  /** https, or plain http on this machine. It may hold a token: it is never logged, nor shown. */
  readonly url: string;
  /** What messages are signed with; null: they are not. */
  readonly secret: string | null;
}

/** Sends messages to one address, over a connection that is kept open for a while. */
export interface WebhookSender {
  /**
   * Sends once; null when it was taken, else the reason in a few words. An answer that points elsewhere is not followed.
   * Never rejects; what `signal` called off has a reason, too.
   */
  send(notice: Notice, signal: AbortSignal): Promise<string | null>;
  close(): Promise<void>;
}

/** For the whole request, from the first byte out. */
const TIMEOUT_MS = 10_000;
/** What is answered tells nothing; it is read only so that the connection can be used again. */
const MOST_ANSWER_BYTES = 64 * 1024;

/** Opens no connection yet. */
export function openWebhook({ url, secret }: Webhook, clock: Clock): WebhookSender {
  const { origin, host, pathname, search } = new URL(url);
  const pool = new Pool(origin, {
    connections: 1,
    connectTimeout: TIMEOUT_MS,
    // One timer runs over the whole request instead.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    async send({ id, body }, signal) {
      const answered = new AbortController();
      const late = new AbortController();
      void clock.wait(TIMEOUT_MS, answered.signal).then(() => late.abort());
      try {
        const response = await pool.request({
          method: "POST",
          path: pathname + search,
          headers: { ...headersOf(id), ...signatureOf(body, secret) },
          body,
          signal: AbortSignal.any([signal, late.signal]),
        });
        const { statusCode } = response;
        await response.body.dump({ limit: MOST_ANSWER_BYTES }).catch(() => undefined);
        return statusCode >= 200 && statusCode < 300 ? null : wordStatus(host, statusCode);
      } catch (error) {
        if (late.signal.aborted) return `${host} gave no answer within ${TIMEOUT_MS / 1000} s`;
        return wordFault(host, error);
      } finally {
        answered.abort();
      }
    },
    close: async () => pool.destroy(),
  };
}

function headersOf(id: string): Readonly<Record<string, string>> {
  return { "content-type": "application/json", "user-agent": "vtip", "idempotency-key": id };
}

function signatureOf(body: string, secret: string | null): Readonly<Record<string, string>> {
  if (secret === null) return {};
  return { "x-vtip-signature": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}` };
}

function wordStatus(host: string, status: number): string {
  const elsewhere = status >= 300 && status < 400 ? ": it points elsewhere, which is not followed" : "";
  return `${host} answered ${status}${elsewhere}`;
}

function wordFault(host: string, error: unknown): string {
  const { name, code } = error as { readonly name?: string; readonly code?: string };
  return `${host} was not reached, or broke off (${code ?? name ?? "unknown fault"})`;
}
