import { setTimeout as sleep } from "node:timers/promises";

import type { Reply } from "../../src/contract.ts";
import { found, toScan } from "./scan-body.ts";
import type { Desk } from "./scan-request.ts";
import { ScanId } from "./schemas.ts";
import type { Server } from "./server.ts";

/** Proxies end connections on which nothing comes for a minute. */
const BEAT_MS = 15_000;
/** Scans that others run, such as the command line, are looked at so often. */
const LOOK_MS = 2000;

/** `GET /api/scans/{id}/events`: progress as server-sent events, until the scan is over. */
export function addEvents(server: Server, { core, hub }: Desk): void {
  server.get(
    "/api/scans/:id/events",
    { schema: { tags: ["scans"], summary: "Progress of a scan as server-sent events", params: ScanId } },
    async (request, reply) => {
      const { scan } = await found(core, request.params.id);
      const gone = new AbortController();
      request.raw.once("close", () => gone.abort());
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-accel-buffering": "no",
      });
      const send = (event: string, data: unknown) =>
        raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      const stop = hub.listen(scan.id, (told) => {
        const data = toEvent(told);
        if (data !== null) send(told.kind, data);
      });
      const beat = setInterval(() => raw.write(": still here\n\n"), BEAT_MS);
      try {
        for (let last = ""; !gone.signal.aborted;) {
          const now = await toScan(core, await found(core, scan.id));
          const text = JSON.stringify(now);
          if (text !== last) send("scan", now);
          last = text;
          if (now.state === "done" || now.state === "cancelled") break;
          await sleep(LOOK_MS, undefined, { signal: gone.signal }).catch(() => undefined);
        }
      } finally {
        clearInterval(beat);
        stop();
        raw.end();
      }
    },
  );
}

/** What of a reply a page shows while a scan runs. */
function toEvent(reply: Reply): unknown {
  if (reply.kind === "progress") return reply.progress;
  return reply.kind === "proposal" ? { proposalId: reply.proposalId } : null;
}
