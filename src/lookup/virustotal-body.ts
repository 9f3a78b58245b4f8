import { gunzipSync } from "node:zlib";

import type { Dispatcher } from "undici";

import { VirusTotalError } from "./virustotal-error.ts";

/** What came back, as it came. */
export interface Reply {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData["headers"];
  /** Empty where the status alone tells the outcome and the body got lost. */
  readonly body: ArrayBuffer;
}

/** The largest body taken, on the wire and unpacked. VirusTotal's have 20 to 60 KB. */
export const LARGEST_BODY_BYTES = 8 * 1024 * 1024;

/** In one piece for most bodies: joining pieces takes a third of the time. */
const UNPACKING = { maxOutputLength: LARGEST_BODY_BYTES, chunkSize: 64 * 1024 };

/**
 * The text of a body. Whether it is packed is what its `content-encoding` says: a 429 comes unpacked to everyone.
 * @throws VirusTotalError when it can't be unpacked, or would be too large.
 */
export function toBodyText({ status, headers, body }: Reply): string {
  const bytes = Buffer.from(body);
  const encoding = encodingOf(headers["content-encoding"]);
  if (encoding === "" || encoding === "identity") return bytes.toString();
  if (encoding !== "gzip" && encoding !== "x-gzip") throw bodyError("UnexpectedBody", status);
  try {
    // At once: for 60 KB a thread takes longer to reach than the work takes.
    return gunzipSync(bytes, UNPACKING).toString();
  } catch (error) {
    throw toUnpackError(error, status);
  }
}

/** The JSON in a body's text. @throws VirusTotalError `TruncatedBody` where JSON broke off, `NotJson` for anything else. */
export function toJson(text: string, status: number): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw bodyError(text.trimStart().startsWith("{") ? "TruncatedBody" : "NotJson", status);
  }
}

type BodyFault = "BodyTooLarge" | "TruncatedBody" | "NotJson" | "UnexpectedBody";

const FAULTS: Readonly<Record<BodyFault, string>> = {
  BodyTooLarge: `is larger than ${LARGEST_BODY_BYTES} bytes`,
  TruncatedBody: "broke off",
  NotJson: "is not JSON",
  UnexpectedBody: "is packed in a way that it does not say",
};

/** The error for a body that can't be used. One beyond the limit would be so again; the others may pass. */
export function bodyError(code: BodyFault, status: number | null): VirusTotalError {
  const remedy = code === "BodyTooLarge" ? "fail" : "retry";
  return new VirusTotalError(`VirusTotal's answer ${FAULTS[code]}.`, { status, code, remedy });
}

function toUnpackError(error: unknown, status: number): VirusTotalError {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "ERR_BUFFER_TOO_LARGE") return bodyError("BodyTooLarge", status);
  return bodyError(code === "Z_BUF_ERROR" ? "TruncatedBody" : "UnexpectedBody", status);
}

function encodingOf(header: string | string[] | undefined): string {
  return (typeof header === "string" ? header : (header?.join(",") ?? "")).trim().toLowerCase();
}
