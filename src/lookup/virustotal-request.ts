import { EventEmitter } from "node:events";

import type { Dispatcher } from "undici";

import type { Reply } from "./virustotal-body.ts";
import { VirusTotalError } from "./virustotal-error.ts";
import { toNetworkError } from "./virustotal-network.ts";

/** Google's front end packs an answer only for a browser, or for an agent with the word "gzip" in its name. */
const USER_AGENT = "vtip (gzip)";

/**
 * One GET, within `timeoutMs` from the first byte out to the last byte in.
 * @throws VirusTotalError when nothing whole came back; an `AbortError` when `signal` aborts.
 */
export async function sendRequest(
  dispatcher: Dispatcher,
  path: string,
  key: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Reply> {
  if (isAborted(signal)) throw abortError();
  // An emitter serves undici as a signal too; an AbortController would take a quarter of the whole request.
  const stop = new EventEmitter();
  const abort = (): void => void stop.emit("abort");
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    abort();
  }, timeoutMs);
  signal?.addEventListener("abort", abort, { once: true });
  let status: number | null = null;
  try {
    const headers = { "x-apikey": key, "accept-encoding": "gzip", "user-agent": USER_AGENT };
    const response = await dispatcher.request({ method: "GET", path, headers, signal: stop });
    status = response.statusCode;
    const body = await toWholeBody(response, signal);
    return { status, headers: response.headers, body };
  } catch (error) {
    if (isAborted(signal)) throw abortError();
    if (isLate) throw timeoutError(timeoutMs, status);
    throw toNetworkError(error, status);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

/** A 429 whose body breaks off is a 429: only 200 and 404 say something in their bodies that decides. */
async function toWholeBody(
  { statusCode, body }: Dispatcher.ResponseData,
  signal: AbortSignal | undefined,
): Promise<ArrayBuffer> {
  try {
    return await body.arrayBuffer();
  } catch (error) {
    if (statusCode === 200 || statusCode === 404 || isAborted(signal)) throw error;
    return new ArrayBuffer(0);
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function abortError(): DOMException {
  return new DOMException("The request to VirusTotal was called off.", "AbortError");
}

function timeoutError(timeoutMs: number, status: number | null): VirusTotalError {
  const message = `VirusTotal gave no whole answer within ${timeoutMs} ms.`;
  return new VirusTotalError(message, { status, code: "Timeout", remedy: "retry" });
}
