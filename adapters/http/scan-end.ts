import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import type { Desk } from "./scan-request.ts";

/** What nobody here is told of is looked at so often. */
const LOOK_MS = 5000;
/** A proxy in front rarely waits longer. */
const MOST_WAIT_S = 120;

/** Resolves when a scan is over; as long as it waits for a person it never does. */
export async function ended({ core, hub }: Pick<Desk, "core" | "hub">, scanId: string): Promise<void> {
  const told = new AbortController();
  const stop = hub.listen(scanId, (reply) => {
    if (reply.kind === "report") told.abort();
  });
  try {
    while (!told.signal.aborted) {
      const sums = await core.findScan(scanId);
      if (sums === null || sums.scan.state === "done" || sums.scan.state === "cancelled") return;
      // It may be another process that runs it, and hears of its end.
      await sleep(LOOK_MS, undefined, { signal: told.signal, ref: false }).catch(() => undefined);
    }
  } finally {
    stop();
  }
}

/** Whether work ends within `ms`, and before who asked is gone. */
export async function endsWithin(
  work: Promise<unknown>,
  ms: number,
  response: ServerResponse,
): Promise<boolean> {
  const waiting = new AbortController();
  const end = () => waiting.abort();
  const timer = setTimeout(end, ms);
  response.once("close", end);
  try {
    return await Promise.race([work.then(() => true), aborted(waiting.signal).then(() => false)]);
  } finally {
    clearTimeout(timer);
    response.off("close", end);
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** How long `Prefer: wait=n` asks to wait (RFC 7240), in ms; null where it does not. */
export function waitMsOf(prefer: string | string[] | undefined): number | null {
  const [, seconds] = /(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])/iu.exec([prefer ?? ""].flat().join(",")) ?? [];
  return seconds === undefined ? null : Math.min(Number(seconds), MOST_WAIT_S) * 1000;
}
