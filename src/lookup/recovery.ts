import type { Log } from "../log.ts";
import type { Answer } from "../model.ts";
import type { Key } from "./key.ts";
import { failedWith } from "./outcome.ts";
import type { Parks } from "./parks.ts";
import { VirusTotalError } from "./virustotal-error.ts";

/** What becomes of a look-up that got no answer: it waits its turn again, or it is over. */
export type Recovery =
  | { readonly next: "again"; readonly afterMs: number; readonly isRetry: boolean }
  | { readonly next: "over"; readonly answer: Answer };

/** A fault that passes is tried again so often. */
const MOST_RETRIES = 3;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;

/** Rests or refuses the key where the error says so, and decides what becomes of the look-up. */
export async function recover(
  tools: { readonly parks: Parks; readonly log: Log },
  key: Key,
  retries: number,
  error: unknown,
): Promise<Recovery> {
  const { parks, log } = tools;
  if (!(error instanceof VirusTotalError)) {
    log.error({ err: error }, "look-up failed");
    return { next: "over", answer: failedWith(error) };
  }
  log.warn({ keyName: key.name, code: error.code, status: error.status, retries }, "no answer");
  switch (error.remedy) {
    case "park":
      await parks.rest(
        key,
        error.retryAfterMs,
        `${error.code}: VirusTotal gives ${key.name} no more for now`,
      );
      return { next: "again", afterMs: 0, isRetry: false };
    case "refuse":
      await parks.refuse(key, `${error.code}: VirusTotal refuses ${key.name}`);
      return { next: "again", afterMs: 0, isRetry: false };
    case "retry":
      if (retries >= MOST_RETRIES) return { next: "over", answer: failedWith(error) };
      return { next: "again", afterMs: backoffMs(retries, error.retryAfterMs ?? 0), isRetry: true };
    case "fail":
      return { next: "over", answer: failedWith(error) };
  }
}

/** Doubles with each retry, with jitter so that look-ups that failed together do not come back together. */
function backoffMs(retries: number, askedMs: number): number {
  const drawn = FIRST_BACKOFF_MS * 2 ** retries * (0.5 + Math.random());
  return Math.min(Math.max(drawn, askedMs), LONGEST_BACKOFF_MS);
}
