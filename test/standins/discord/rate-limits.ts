import type { RateLimit } from "./options.ts";
import { Refusal } from "./refusal.ts";

/** Counts calls by route and by the channel, guild or webhook that they are about. */
export interface RateLimits {
  /** The headers of the answer. @throws {Refusal} 429 where there were too many. */
  count(route: string, path: string): Readonly<Record<string, string>>;
}

const ROOMY: RateLimit = { limit: 1_000, windowMs: 1_000 };

export function createRateLimits(limits: Readonly<Record<string, RateLimit>>): RateLimits {
  const windows = new Map<string, { readonly endsAtMs: number; used: number }>();
  return {
    count(route, path) {
      const { limit, windowMs } = limits[route] ?? ROOMY;
      // What Discord calls the major parameters.
      const about = path
        .split("/")
        .slice(1, path.startsWith("/webhooks") || path.startsWith("/interactions") ? 4 : 3)
        .join("/");
      const bucket = `${route} ${about}`;
      const known = windows.get(bucket);
      const window =
        known === undefined || known.endsAtMs <= Date.now()
          ? { endsAtMs: Date.now() + windowMs, used: 0 }
          : known;
      windows.set(bucket, window);
      window.used += 1;
      const leftMs = Math.max(0, window.endsAtMs - Date.now());
      const headers = {
        "x-ratelimit-limit": String(limit),
        "x-ratelimit-remaining": String(Math.max(0, limit - window.used)),
        "x-ratelimit-reset": String(window.endsAtMs / 1000),
        "x-ratelimit-reset-after": String(leftMs / 1000),
        "x-ratelimit-bucket": Buffer.from(route).toString("hex").slice(0, 32),
      };
      if (window.used <= limit) return headers;
      const body = { message: "You are being rate limited.", retry_after: leftMs / 1000, global: false };
      const limited = { "retry-after": String(Math.ceil(leftMs / 1000)), "x-ratelimit-scope": "user" };
      throw new Refusal(429, body, { ...headers, ...limited });
    },
  };
}
