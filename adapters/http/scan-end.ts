import type { IncomingMessage } from "node:http";

import type { Desk } from "./scan-request.ts";

/** A proxy in front rarely waits longer. */
const MOST_WAIT_S = 120;

/** Waits for the end of a scan, for `ms` at most or until who asked is gone. Whether it is over. */
export async function isOver(
  { core, hub }: Pick<Desk, "core" | "hub">,
  scanId: string,
  ms: number,
  request: IncomingMessage,
): Promise<boolean> {
  const told = new AbortController();
  const stop = hub.listen(scanId, (reply) => {
    if (reply.kind === "report") told.abort();
  });
  try {
    const sums = await core.findScan(scanId);
    if (sums !== null && (sums.scan.state === "done" || sums.scan.state === "cancelled")) return true;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      const end = () => {
        clearTimeout(timer);
        resolve();
      };
      told.signal.addEventListener("abort", end, { once: true });
      request.once("close", () => {
        if (request.destroyed && !request.complete) end();
      });
      if (told.signal.aborted) end();
    });
    return told.signal.aborted;
  } finally {
    stop();
  }
}

/** How long `Prefer: wait=n` asks to wait (RFC 7240), in ms; null where it does not. */
export function waitMsOf(prefer: string | string[] | undefined): number | null {
  const [, seconds] = /(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])/iu.exec([prefer ?? ""].flat().join(",")) ?? [];
  return seconds === undefined ? null : Math.min(Number(seconds), MOST_WAIT_S) * 1000;
}
