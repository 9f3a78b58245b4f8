import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

import { systemClock } from "../clock.ts";
import { createAnswers } from "./standin-answers.ts";
import { type Fault, sendFaulty, statusOf } from "./standin-faults.ts";
import { createHolders } from "./standin-keys.ts";
import type { StandinObject } from "./standin-objects.ts";
import type { StandinOptions, StandinRecord, StandinRequest } from "./standin-options.ts";
import { toQuotaReply } from "./standin-quota-reply.ts";
import { send, type StandinReply, toErrorReply } from "./standin-replies.ts";
import { type Route, toRoute } from "./standin-routes.ts";

/** Where VirusTotal's API begins. */
export const API_ROOT = "/api/v3";

/** Takes requests one by one: key first, then quota, then the answer or what goes wrong with it. */
export interface Desk {
  readonly requests: readonly StandinRecord[];
  /** Answers a request; `url` is the address that the stand-in is known by. */
  serve(request: IncomingMessage, response: ServerResponse, url: string): Promise<void>;
  /** From now on this is known of an object. */
  learn(value: string, object: StandinObject): void;
  worstWindow(key: string): number;
  counted(key: string): { readonly taken: number; readonly refused: number };
}

export function createDesk(options: StandinOptions): Desk {
  const { clock = systemClock, count404 = true, latencyMs = 0, keepsRequests = true } = options;
  const holders = createHolders(options.keys, options.windowMs ?? 60_000);
  const answers = createAnswers({ objects: options.objects ?? {}, bodyBytes: options.bodyBytes });
  const requests: StandinRecord[] = [];
  const note = createNotes();

  function decide(seen: StandinRequest, route: Route, form: string, url: string): Decision {
    const holder = holders.admit(seen.key);
    if (!("meter" in holder)) return { reply: toErrorReply(holder) };
    const question = { route, holder, form, nowMs: seen.at, url };
    if (route.asks === "quotas") return { reply: answers.toReply(question) };
    const waitMs = holder.meter.waitMs(seen.at);
    if (waitMs > 0) {
      holder.meter.refuse();
      return { reply: toQuotaReply(options.answer429 ?? "seconds", waitMs, seen.at) };
    }
    const reply = answers.toReply(question);
    if (count404 || reply.status !== 404) holder.meter.count(seen.at);
    return { reply, fault: options.fault?.(seen) };
  }

  return {
    requests,
    learn: answers.learn,
    async serve(request, response, url) {
      const form = request.method === "POST" ? await text(request).catch(() => "") : "";
      const [path = ""] = (request.url ?? "").split("?");
      const route = toRoute(request.method ?? "", pathOf(path), (sha256) => answers.urlOf(sha256));
      const seen = note(clock.now(), request, path, route);
      const { reply, fault } = decide(seen, route, form, url);
      if (keepsRequests) requests.push({ ...seen, status: statusOf(fault, reply) });
      if (latencyMs > 0) await sleep(latencyMs, undefined, { ref: false });
      if (fault === undefined) send(reply, request, response);
      else sendFaulty(fault, reply, request, response);
    },
    worstWindow: (key) => holders.find(key)?.meter.worst() ?? 0,
    counted: (key) => holders.find(key)?.meter.counted() ?? { taken: 0, refused: 0 },
  };
}

interface Decision {
  readonly reply: StandinReply;
  readonly fault?: Fault | undefined;
}

/** Writes down what came, and how often it came before. */
function createNotes() {
  const times = new Map<string, number>();
  return (at: number, request: IncomingMessage, path: string, route: Route): StandinRequest => {
    const { method = "" } = request;
    const isObject = route.asks === "object" || route.asks === "rescan" || route.asks === "invalid";
    const { kind, value } = isObject ? route : { kind: null, value: null };
    const name = `${method} ${route.asks} ${kind ?? path} ${value ?? ""}`;
    const nth = (times.get(name) ?? 0) + 1;
    times.set(name, nth);
    return { at, key: keyOf(request), method, path, kind, value, nth };
  };
}

function keyOf({ headers }: IncomingMessage): string | null {
  const key = headers["x-apikey"];
  return typeof key === "string" && key !== "" ? key : null;
}

/** Outside the API's root there is nothing. */
function pathOf(path: string): string {
  return path.startsWith(`${API_ROOT}/`) ? path.slice(API_ROOT.length) : "";
}
