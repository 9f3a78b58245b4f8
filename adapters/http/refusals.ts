import { isIP } from "node:net";

import type { FastifyRequest } from "fastify";

import { Problem } from "./problem.ts";
import { isLoopback } from "./settings.ts";

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
      const client = clientOf(request);
      counts.set(client, (counts.get(client) ?? 0) + 1);
    },
    assertNotTooMany(request) {
      renew();
      if (counts.size === 0) return;
      if ((counts.get(clientOf(request)) ?? 0) < MOST_REFUSED) return;
      throw new Problem(429, "Too many refused requests from your address: try again in a minute.");
    },
  };
}

/** The address of who asks; a proxy on this machine says it, so that one of its clients does not shut out the others. */
export function clientOf({ ip, headers }: FastifyRequest): string {
  if (!isLoopback(ip.replace(/^::ffff:/u, ""))) return ip;
  const last = [headers["x-forwarded-for"] ?? ""].flat().join(",").split(",").at(-1)?.trim() ?? "";
  return isIP(last) === 0 ? ip : last;
}
