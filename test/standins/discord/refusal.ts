/** Discord's JSON error codes as its API reference lists them (topics/opcodes-and-status-codes), with their HTTP status. */
const REFUSALS = {
  10_002: [404, "Unknown Application"],
  10_003: [404, "Unknown Channel"],
  10_004: [404, "Unknown Guild"],
  10_007: [404, "Unknown Member"],
  10_008: [404, "Unknown Message"],
  10_013: [404, "Unknown User"],
  10_015: [404, "Unknown Webhook"],
  10_062: [404, "Unknown interaction"],
  10_063: [404, "Unknown application command"],
  40_005: [413, "Request entity too large"],
  40_060: [400, "Interaction has already been acknowledged."],
  50_001: [403, "Missing Access"],
  50_003: [403, "Cannot execute action on a DM channel"],
  50_005: [403, "Cannot edit a message authored by another user"],
  50_006: [400, "Cannot send an empty message"],
  50_007: [403, "Cannot send messages to this user"],
  50_008: [400, "Cannot send messages in a non-text channel"],
  50_013: [403, "Missing Permissions"],
  50_021: [403, "Cannot execute action on a system message"],
  50_024: [400, "Cannot execute action on this channel type"],
  50_027: [401, "Invalid Webhook Token"],
  50_083: [400, "Thread is archived"],
  160_002: [400, "Cannot reply without permission to read message history"],
  160_004: [400, "A thread has already been created for this message"],
  160_005: [400, "Thread is locked"],
  160_006: [400, "Maximum number of active threads reached"],
} as const satisfies Readonly<Record<number, readonly [number, string]>>;

export type RefusalCode = keyof typeof REFUSALS;

/** What Discord answers to a request that it does not carry out. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: Readonly<Record<string, unknown>>, headers = {}) {
    super(JSON.stringify(body));
    this.name = "Refusal";
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** The refusal with this code. */
export function refusal(code: RefusalCode): Refusal {
  const { status, body } = errorBody(code);
  return new Refusal(status, body);
}

/** Status and body that Discord answers with for one of its codes. */
export function errorBody(code: RefusalCode): {
  readonly status: number;
  readonly body: { readonly code: number; readonly message: string };
} {
  const [status, message] = REFUSALS[code];
  return { status, body: { code, message } };
}

export const UNAUTHORIZED = { status: 401, body: { code: 0, message: "401: Unauthorized" } };
