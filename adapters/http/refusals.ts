import type { FastifyRequest } from "fastify";

import { Problem } from "./problem.ts";

/** Of one address in a minute. */
const MOST_REFUSED = 60;
const MINUTE_MS = 60_000;

/** Counts who is refused, so that guessing tokens takes long. */
export interface Refusals {
  count(request: FastifyRequest): void;
  /** @throws Problem (429) where there were too many. */
  assertNotTooMany(request: FastifyRequest): void;
}

export function createRefusals(): Refusals {
  const counts = new Map<string, number>();
  let minute = 0;
  function renew(): void {
    const now = Math.floor(Date.now() / MINUTE_MS);
    if (now === minute) return;
    minute = now;
    counts.clear();
  }
  return {
    count(request) {
      renew();
      counts.set(request.ip, (counts.get(request.ip) ?? 0) + 1);
    },
    assertNotTooMany(request) {
      renew();
      if ((counts.get(request.ip) ?? 0) < MOST_REFUSED) return;
      throw new Problem(429, "Too many refused requests from your address: try again in a minute.");
    },
  };
}
