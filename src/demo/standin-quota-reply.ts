import { ERRORS } from "./standin-errors.ts";
import { type StandinReply, toErrorReply, toPageReply } from "./standin-replies.ts";

/** The forms that VirusTotal's 429 comes in: what `Retry-After` says, or a front end's page without one. */
export type Answer429 = "seconds" | "date" | "none" | "html";

/** The 429 for a key that has to wait so long. */
export function toQuotaReply(shape: Answer429, waitMs: number, nowMs: number): StandinReply {
  switch (shape) {
    case "html":
      return toPageReply(429);
    case "none":
      return toErrorReply(ERRORS.overQuota);
    case "seconds":
      return toErrorReply(ERRORS.overQuota, { "retry-after": String(Math.ceil(waitMs / 1000)) });
    case "date":
      return toErrorReply(ERRORS.overQuota, { "retry-after": toHttpDate(nowMs + waitMs) });
  }
}

/** HTTP dates have whole seconds; rounded up, so that nobody comes too early. */
function toHttpDate(ms: number): string {
  return new Date(Math.ceil(ms / 1000) * 1000).toUTCString();
}
