/** An error as VirusTotal words it. */
export interface StandinError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** The errors that the stand-in answers of itself. */
export const ERRORS = {
  noKey: { status: 401, code: "AuthenticationRequiredError", message: "X-Apikey header is missing" },
  wrongKey: { status: 401, code: "WrongCredentialsError", message: "Wrong API key" },
  notActive: { status: 401, code: "UserNotActiveError", message: "User is not active" },
  forbidden: { status: 403, code: "ForbiddenError", message: "You may not do that" },
  overQuota: { status: 429, code: "QuotaExceededError", message: "Quota exceeded" },
} as const satisfies Record<string, StandinError>;

const BY_STATUS: Readonly<Record<number, StandinError>> = {
  400: { status: 400, code: "BadRequestError", message: "Bad request" },
  401: ERRORS.wrongKey,
  403: ERRORS.forbidden,
  404: { status: 404, code: "NotFoundError", message: "Resource not found." },
  409: { status: 409, code: "AlreadyExistsError", message: "It exists already" },
  424: { status: 424, code: "FailedDependencyError", message: "A dependency failed" },
  429: ERRORS.overQuota,
  503: { status: 503, code: "TransientError", message: "A passing error, retry might work" },
  504: { status: 504, code: "DeadlineExceededError", message: "It took too long" },
};

/** VirusTotal's error with this status; null for a status that only front ends in between have. */
export function toError(status: number): StandinError | null {
  return BY_STATUS[status] ?? null;
}

export function notFound(message: string): StandinError {
  return { status: 404, code: "NotFoundError", message };
}

export function invalidArgument(message: string): StandinError {
  return { status: 400, code: "InvalidArgumentError", message };
}

/** The order of the two keys varies with the code, as it does at VirusTotal. */
export function toErrorBody({ code, message }: StandinError): string {
  const error = code.length % 2 === 0 ? { code, message } : { message, code };
  return JSON.stringify({ error }, null, 4);
}

/** The page that a front end answers instead of VirusTotal. */
export function toErrorPage(status: number): string {
  return `<html><head><title>${status}</title></head><body><h1>Error ${status}</h1></body></html>\n`;
}
