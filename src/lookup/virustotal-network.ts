import { bodyError } from "./virustotal-body.ts";
import { type Remedy, VirusTotalError } from "./virustotal-error.ts";

interface Failure {
  readonly code: string;
  readonly remedy: Remedy;
}

const RESET: Failure = { code: "ConnectionReset", remedy: "retry" };
const UNRESOLVED: Failure = { code: "NameNotResolved", remedy: "retry" };
const UNTRUSTED: Failure = { code: "CertificateRejected", remedy: "fail" };
const TIMEOUT: Failure = { code: "Timeout", remedy: "retry" };

/** The codes of Node, OpenSSL and undici. An untrusted certificate stays one, so it is not asked again. */
const FAILURES: Readonly<Record<string, Failure>> = {
  ECONNRESET: RESET,
  EPIPE: RESET,
  UND_ERR_SOCKET: RESET,
  ECONNREFUSED: { code: "ConnectionRefused", remedy: "retry" },
  ENOTFOUND: UNRESOLVED,
  EAI_AGAIN: UNRESOLVED,
  ETIMEDOUT: TIMEOUT,
  UND_ERR_CONNECT_TIMEOUT: TIMEOUT,
  UND_ERR_HEADERS_TIMEOUT: TIMEOUT,
  UND_ERR_BODY_TIMEOUT: TIMEOUT,
  CERT_HAS_EXPIRED: UNTRUSTED,
  CERT_NOT_YET_VALID: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
};

/**
 * The error for a request that the network broke; `status` is null when it broke before an answer began.
 * The original is not kept as its cause: a parser's error holds pieces of the traffic.
 */
export function toNetworkError(error: unknown, status: number | null): VirusTotalError {
  const code = codeOf(error);
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") return bodyError("BodyTooLarge", status);
  // Closing in the middle of a body and closing before it are the same error to undici.
  if (code === "UND_ERR_SOCKET" && status !== null) return bodyError("TruncatedBody", status);
  const failure = FAILURES[code] ?? { code: "NetworkError", remedy: "retry" };
  return new VirusTotalError(`VirusTotal was not reached (${code}).`, { status, ...failure });
}

/** Several addresses that all refuse come as one AggregateError, whose code is that of the last. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" ? code : "unknown fault";
}
