import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

import type { Desk } from "./scan-request.ts";
import type { Server } from "./server.ts";

/** `GET /metrics` for Prometheus: what the process, its keys, its queue and its lists are doing. */
export function addMetrics(server: Server, { core }: Desk): void {
  const registers = [new Registry()];
  const [registry] = registers;
  if (registry === undefined) return;
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: "vtip_http_request_seconds",
    help: "Time to answer a request",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 30],
    registers,
  });
  server.addHook("onResponse", async ({ method, routeOptions }, reply) => {
    requests.observe(
      { method, route: routeOptions.url ?? "none", status: reply.statusCode },
      reply.elapsedTime / 1000,
    );
  });
  const labelNames = ["key"];
  const left = new Gauge({
    name: "vtip_key_day_left",
    help: "Requests that a key has left today",
    labelNames,
    registers,
  });
  const used = new Gauge({
    name: "vtip_key_day_used",
    help: "Requests that a key has used today",
    labelNames,
    registers,
  });
  const parked = new Gauge({ name: "vtip_key_parked", help: "1 while a key rests", labelNames, registers });
  const blocked = new Gauge({
    name: "vtip_blocked_addresses",
    help: "Addresses on the blacklist",
    registers,
  });
  const lookUps = new Gauge({
    name: "vtip_look_ups_ended",
    help: "Look-ups since the start, by how they ended",
    labelNames: ["outcome"],
    registers,
  });
  const queued = new Gauge({
    name: "vtip_queue",
    help: "Look-ups that wait, by class",
    labelNames: ["lane"],
    registers,
  });
  const proposals = new Gauge({ name: "vtip_open_proposals", help: "Questions to the approvers", registers });

  server.get(
    "/metrics",
    { schema: { tags: ["health"], summary: "For Prometheus" } },
    async (_request, reply) => {
      for (const { name, perDay, usedToday, parked: reason } of await core.quota()) {
        used.set({ key: name }, usedToday);
        if (perDay !== null) left.set({ key: name }, Math.max(0, perDay - usedToday));
        parked.set({ key: name }, reason === null ? 0 : 1);
      }
      blocked.set(await core.countBlocked());
      proposals.set(await core.countOpenProposals());
      const { ended, waiting } = core.activity();
      for (const [outcome, count] of Object.entries(ended)) lookUps.set({ outcome }, count);
      for (const [lane, count] of Object.entries(waiting)) queued.set({ lane }, count);
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  );
}
