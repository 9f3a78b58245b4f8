import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { z } from "zod";

import type { Desk } from "./scan-request.ts";
import type { Server } from "./server.ts";

/** `GET /metrics` for Prometheus: what the process, its keys, its queue and its lists are doing. */
export function addMetrics(server: Server, { core }: Desk): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: "vtip_http_request_seconds",
    help: "Time to answer a request",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 30],
    registers: [registry],
  });
  server.addHook("onResponse", async ({ method, routeOptions }, reply) => {
    const labels = { method, route: routeOptions.url ?? "none", status: reply.statusCode };
    requests.observe(labels, reply.elapsedTime / 1000);
  });
  const readFigures = createFigures(registry);
  const text = z.string().meta({ description: "The text format of Prometheus" });
  server.get(
    "/metrics",
    { schema: { tags: ["health"], summary: "For Prometheus", response: { 200: text } } },
    async (_request, reply) => {
      await readFigures(core);
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  );
}

/** Figures that are read when somebody asks. */
function createFigures(registry: Registry): (core: Desk["core"]) => Promise<void> {
  const gauge = (name: string, help: string, ...labelNames: readonly string[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const left = gauge("vtip_key_day_left", "Requests that a key has left today", "key");
  const used = gauge("vtip_key_day_used", "Requests that a key has used today", "key");
  const parked = gauge("vtip_key_parked", "1 while a key rests", "key");
  const blocked = gauge("vtip_blocked_addresses", "Addresses on the blacklist");
  const lookUps = gauge("vtip_look_ups_ended", "Look-ups since the start, by how they ended", "outcome");
  const queued = gauge("vtip_queue", "Look-ups that wait, by class", "lane");
  const requests = gauge(
    "vtip_requests",
    "Requests since the start, by key and how they ended",
    "key",
    "outcome",
  );
  const cached = gauge("vtip_cached_answers", "Answers since the start that needed no request");
  const still = gauge("vtip_still_seconds", "How long nothing can be asked from now on");
  const proposals = gauge("vtip_proposals", "Questions to the approvers, by what became of them", "state");
  const ready = gauge("vtip_ready", "1 where records, lists, keys or a platform can be used", "name");
  return async (core) => {
    for (const { name, perDay, usedToday, parked: reason } of await core.quota()) {
      used.set({ key: name }, usedToday);
      if (perDay !== null) left.set({ key: name }, Math.max(0, perDay - usedToday));
      parked.set({ key: name }, reason === null ? 0 : 1);
    }
    blocked.set(await core.countBlocked());
    for (const { state, count } of await core.countProposals()) proposals.set({ state }, count);
    for (const { name, isReady } of await core.readiness()) ready.set({ name }, isReady ? 1 : 0);
    still.set(core.stillMs() / 1000);
    const activity = core.activity();
    const { ended, waiting } = activity;
    cached.set(activity.cached);
    for (const { key, outcome, count } of activity.requests) requests.set({ key, outcome }, count);
    for (const [outcome, count] of Object.entries(ended)) lookUps.set({ outcome }, count);
    for (const [lane, count] of Object.entries(waiting)) queued.set({ lane }, count);
  };
}
