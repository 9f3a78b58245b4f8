/**
 * What to do with a request that has no answer. `retry`: it may pass (5xx, resets, timeouts, bodies that are not
 * VirusTotal's); `park`: this key has to wait (429); `refuse`: this key is out for good (401, 403);
 * `fail`: asking again would not help this indicator.
 */
export type Remedy = "retry" | "park" | "refuse" | "fail";

/** Why VirusTotal gave no answer. Holds neither the key nor the answer's body. */
export class VirusTotalError extends Error {
  /** The HTTP status; null when there was none. */
  readonly status: number | null;
  /** VirusTotal's own code such as `QuotaExceededError`, or one of ours such as `Timeout` or `Http502`. */
  readonly code: string;
  readonly remedy: Remedy;
  /** What the answer's `Retry-After` asked for; null when it asked for nothing. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    details: { status?: number | null; code: string; remedy: Remedy; retryAfterMs?: number | null },
  ) {
    super(message);
    this.name = "VirusTotalError";
    this.status = details.status ?? null;
    this.code = details.code;
    this.remedy = details.remedy;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

/** What to do after an answer with this HTTP status that is neither a record nor "not found". */
export function remedyOf(status: number): Remedy {
  if (status === 429) return "park";
  if (status === 401 || status === 403) return "refuse";
  if (status >= 500 || status === 408) return "retry";
  return "fail";
}

const ADVICE: Readonly<Record<string, string>> = {
  BadRequestError: "VirusTotal could not read the request: check the indicator's spelling.",
  InvalidArgumentError: "VirusTotal does not take this indicator: check its spelling.",
  NotAvailableYet: "VirusTotal is still working on it: scan it again in a few minutes.",
  UnselectiveContentQueryError: "VirusTotal found the query too broad: check the indicator.",
  UnsupportedContentQueryError: "VirusTotal does not support this query: check the indicator.",
  AuthenticationRequiredError:
    "No API key reached VirusTotal: set VT_APIKEY1, and check what stands in between.",
  UserNotActiveError: "The key's account is not active: confirm its e-mail address at virustotal.com.",
  WrongCredentialsError:
    "VirusTotal does not know this key: copy it again from your profile at virustotal.com.",
  ForbiddenError: "The key may not do this: check its rights and its state at virustotal.com.",
  NotFoundError: "VirusTotal has no record of it.",
  AlreadyExistsError: "VirusTotal says that it exists already: scan it again later.",
  FailedDependencyError: "Something that VirusTotal needs for this answer failed: scan it again later.",
  QuotaExceededError:
    "The key's quota is used up: wait for the next minute or day, or check the key's limits.",
  TooManyRequestsError: "Too many requests at once: wait, or lower VT_KEY<n>_PER_MINUTE.",
  TransientError: "VirusTotal had a passing fault: scan it again later.",
  DeadlineExceededError: "VirusTotal took too long over it: scan it again later.",
  InvalidKey: "The key holds characters that no key has: copy it again from your profile at virustotal.com.",
  Timeout: "No answer in time: check the network, or raise VT_TIMEOUT_SECONDS.",
  ConnectionReset: "The connection was cut: check the network and scan it again.",
  ConnectionRefused: "Nothing listens at that address: check VT_API_URL and the firewall.",
  NameNotResolved: "The name of VirusTotal's server was not found: check DNS and VT_API_URL.",
  CertificateRejected:
    "The server's certificate is not trusted: if a proxy reads your traffic, set NODE_EXTRA_CA_CERTS.",
  NetworkError: "The network failed: check the connection and scan it again.",
  NotJson: "A page came instead of VirusTotal's answer: check VT_API_URL, and proxies in between.",
  TruncatedBody: "The answer broke off: scan it again.",
  BodyTooLarge: "The answer is far larger than VirusTotal's are: check VT_API_URL, and proxies in between.",
  UnexpectedBody: "The answer is not one to this question: scan it again, and check VT_API_URL.",
};

/** One short sentence for a person on an error's code: what it means, and what to do. */
export function adviceOf(code: string): string {
  return ADVICE[code] ?? adviceOfStatus(Number(/^Http(\d{3})$/.exec(code)?.[1] ?? 0));
}

function adviceOfStatus(status: number): string {
  if (status === 407) return "A proxy asks for a login: configure it, or go around it.";
  if (status === 429) return "Too many requests: wait for the next minute or day, or check the key's limits.";
  if (status === 401 || status === 403) return "Access was refused: check the key, and proxies in between.";
  if (status >= 500) return "VirusTotal, or a proxy in between, has a fault: scan it again later.";
  if (status >= 300 && status < 400)
    return "The answer pointed elsewhere, and redirects are not followed: check VT_API_URL.";
  if (status > 0) return "The request was not accepted: check the indicator and VT_API_URL.";
  return "VirusTotal gave no answer: scan it again later.";
}
