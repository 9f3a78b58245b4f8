/** An error as VirusTotal words it. */
export interface StandinError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const BY_STATUS: Readonly<Record<number, StandinError>> = {
  400: { status: 400, code: "BadRequestError", message: "Bad request" },
  401: { status: 401, code: "WrongCredentialsError", message: "Wrong API key" },
  403: {
    status: 403,
    code: "ForbiddenError",
    message: "You are not authorized to perform the requested operation",
  },
  404: { status: 404, code: "NotFoundError", message: "Resource not found" },
  409: { status: 409, code: "AlreadyExistsError", message: "The resource already exists" },
  424: { status: 424, code: "FailedDependencyError", message: "A dependency failed" },
  429: { status: 429, code: "QuotaExceededError", message: "Quota exceeded" },
  503: { status: 503, code: "TransientError", message: "Transient server error, retry might work" },
  504: { status: 504, code: "DeadlineExceededError", message: "The operation took too long to complete" },
};

/** VirusTotal's error with this status; null for a status that only front ends in between have. */
export function toError(status: number): StandinError | null {
  return BY_STATUS[status] ?? null;
}

/** The order of the two keys varies with the code, as it does at VirusTotal. */
export function toErrorBody({ code, message }: Omit<StandinError, "status">): string {
  const error = code.length % 2 === 0 ? { code, message } : { message, code };
  return JSON.stringify({ error }, null, 4);
}

/** The page that a front end answers instead of VirusTotal. */
export function toErrorPage(status: number): string {
  return `<html><head><title>${status}</title></head><body><h1>Error ${status}</h1></body></html>\n`;
}
