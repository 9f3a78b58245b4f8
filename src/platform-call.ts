/** What is known of a call of a platform that gave no answer. */
export type Unanswered =
  /** It had no effect, and may be tried again after `afterMs`. */
  | { readonly kind: "later"; readonly afterMs: number; readonly reason: string }
  /** It may have had an effect or not. */
  | { readonly kind: "unsure"; readonly reason: string };

/** What a person reads in the place of an answer when the disk is full, or the database away for long. */
export const UNWRITTEN =
  "vtip could not write your request down. If no answer follows within a minute, ask again; if that does not help, tell its operator: the log has the reason.";

/** The connection never came about, so nothing was sent. */
const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);
/** How `fetch` and what is built on it call a time that ran out. */
const TOO_LATE = new Set(["TimeoutError", "AbortError"]);
const UNREACHED_MS = 5000;

/** Tells whether a call that failed without an answer may have arrived. `platform` is its name in the sentence. */
export function toUnanswered(error: unknown, platform: string): Unanswered {
  const code = codeOf(error);
  if (code !== null && NEVER_SENT.has(code)) {
    return { kind: "later", afterMs: UNREACHED_MS, reason: `${platform} could not be reached (${code}).` };
  }
  return { kind: "unsure", reason: `The connection to ${platform} was lost (${wordLoss(error)}).` };
}

/** Tells the same of an answer that is none of the platform's own; what it did not take may be tried after `afterMs`. */
export function toStatusFailure(status: number, platform: string, afterMs: number): Unanswered {
  if (status >= 500) return { kind: "unsure", reason: `${platform} answered with HTTP ${status}.` };
  const reason = `${platform}, or what stands before it, answered with HTTP ${status}.`;
  return { kind: "later", afterMs, reason };
}

/** Why a connection was lost, in a few words. */
export function wordLoss(error: unknown): string {
  if (error instanceof Error && TOO_LATE.has(error.name)) return "no answer in time";
  return codeOf(error) ?? (error instanceof Error ? error.message : "connection lost");
}

/** The code of what failed beneath `fetch`. */
export function codeOf(error: unknown): string | null {
  const { code, cause } = (error ?? {}) as { readonly code?: unknown; readonly cause?: unknown };
  if (typeof code === "string") return code;
  return cause === undefined ? null : codeOf(cause);
}

/** A fault at start that only a person can mend: the program ends with 3, as for any wrong configuration. */
export function toConfigError(sentence: string, cause?: unknown): Error {
  return Object.assign(new Error(sentence, { cause }), { exitStatus: 3 });
}

/** Somebody waits for it: longer pauses than this, all together, are not waited out. */
const MOST_PAUSED_MS = 30_000;
/** However soon a platform wants to be called again. */
const LEAST_PAUSE_MS = 100;

/** Calls again what had no effect and may be tried later, for half a minute at most. Resolves to the last answer. */
export async function callPatiently<Called extends { readonly kind: string }>(
  call: () => Promise<Called | Unanswered>,
): Promise<Called | Unanswered> {
  for (let pausedMs = 0; ;) {
    const called = await call();
    if (!isLater(called)) return called;
    const pauseMs = Math.max(LEAST_PAUSE_MS, called.afterMs);
    pausedMs += pauseMs;
    if (pausedMs > MOST_PAUSED_MS) return called;
    await new Promise<void>((resolve) => {
      setTimeout(resolve, pauseMs).unref();
    });
  }
}

type Later = Extract<Unanswered, { readonly kind: "later" }>;

function isLater(called: { readonly kind: string }): called is Later {
  return called.kind === "later";
}

/** Reads the body of an answer; null when there is more than that, and then the transfer is ended. */
export async function readAtMost(response: Response, mostBytes: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    // Leaving the loop ends the transfer.
    if (size > mostBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const MIB = 1024 * 1024;

/** Why a file is not read, and what to do. */
export function wordTooLarge(name: string, mostBytes: number): string {
  const most = mostBytes >= MIB ? `${Math.floor(mostBytes / MIB)} MiB` : `${mostBytes} bytes`;
  return `${name} is larger than ${most}: send it in parts.`;
}

/** Resolves as soon as `work` has come to an end, whichever, or after `ms`; tells whether it has. */
export async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
    timer.unref();
  });
  const settled = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
