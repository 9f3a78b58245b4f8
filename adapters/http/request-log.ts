import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import type { AdapterLog } from "../../src/contract.ts";
import { SAFE } from "./access.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What the line of the log says of this request besides; null: nothing. */
    facts: Readonly<Record<string, unknown>> | null;
  }
}

/** A line of the log for each request. */
export function addLog(server: FastifyInstance, log: AdapterLog): void {
  server.addHook("onResponse", async (request, reply) => {
    const { method, routeOptions, ip, user, facts } = request;
    const { statusCode: status, elapsedTime } = reply;
    const route = routeOptions.url ?? null;
    const line = { method, route, status, ms: Math.round(elapsedTime), ip, user: user?.id ?? null, ...facts };
    log[levelOf(request, reply)](line, "request");
  });
}

/** Pages ask every few seconds how things are: that would drown what was done. What firewalls fetch counts as done. */
function levelOf({ method, routeOptions }: FastifyRequest, { statusCode }: FastifyReply) {
  if (statusCode >= 500) return "warn";
  const { access, isForLooking } = routeOptions.config;
  const isLooking = isForLooking === true || (SAFE.has(method) && access !== "feed");
  return isLooking && statusCode < 400 ? "debug" : "info";
}
