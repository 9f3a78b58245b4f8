import { Pool } from "undici";

import type { Clock, Facts, Indicator } from "../model.ts";
import { toAnswer } from "./virustotal-answer.ts";
import { LARGEST_BODY_BYTES } from "./virustotal-body.ts";
import { VirusTotalError } from "./virustotal-error.ts";
import { sendRequest } from "./virustotal-request.ts";

/** VirusTotal v3. It keeps no limits and tries nothing twice: that is for the caller. */
export interface VirusTotal {
  /**
   * Asks once. Null when VirusTotal has no record of the indicator.
   * @throws VirusTotalError for anything but an answer; an `AbortError` when `signal` aborts.
   */
  ask(indicator: Indicator, key: string, signal?: AbortSignal): Promise<Facts | null>;
  /** Waits for the requests under way, then closes the connections. Again it does nothing. */
  close(): Promise<void>;
}

export interface VirusTotalOptions {
  /** Such as `https://www.virustotal.com/api/v3`, with or without a last slash. */
  readonly url: string;
  /** For one whole request, from the first byte out to the last byte in. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** At most so many at the same time; the others wait, and their timeout runs. Default 32. */
  readonly connections?: number;
  /** Awaited before an answer is read, which takes a millisecond or two. Default: it is read at once. */
  readonly beforeReading?: () => Promise<void>;
}

const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The real client of VirusTotal, over connections that are kept open. */
export function createVirusTotal(options: VirusTotalOptions): VirusTotal {
  const { origin, pathname } = new URL(options.url);
  const root = pathname.replace(/\/+$/, "");
  const timeoutMs = Math.min(options.timeoutMs, LONGEST_TIMEOUT_MS);
  const pool = new Pool(origin, {
    connections: options.connections ?? 32,
    connectTimeout: timeoutMs,
    // One timer runs over the whole request instead: these two start again with every chunk.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 15_000,
    maxResponseSize: LARGEST_BODY_BYTES,
  });
  let closing: Promise<void> | undefined;
  return {
    async ask(indicator, key, signal) {
      checkKey(key);
      const reply = await sendRequest(pool, root + pathOf(indicator), key, timeoutMs, signal);
      await options.beforeReading?.();
      return toAnswer(reply, indicator, key, options.clock.now());
    },
    close: () => (closing ??= pool.close()),
  };
}

/** A header can't hold everything, and sending such a key would tell nobody why it fails. */
function checkKey(key: string): void {
  if (/^[\x21-\x7e]+$/.test(key)) return;
  throw new VirusTotalError("The API key is empty, or holds spaces or characters that no key has.", {
    code: "InvalidKey",
    remedy: "refuse",
  });
}

function pathOf({ kind, value }: Indicator): string {
  switch (kind) {
    case "ip":
      return `/ip_addresses/${encodeURIComponent(value).replaceAll("%3A", ":")}`;
    case "domain":
      return `/domains/${encodeURIComponent(value)}`;
    case "url":
      return `/urls/${Buffer.from(value).toString("base64url")}`;
    case "hash":
      return `/files/${encodeURIComponent(value)}`;
  }
}
