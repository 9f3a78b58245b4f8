import { z } from "zod";

import { RESULT_ORDERS } from "../../src/contract.ts";
import { ResultsPage, Scan } from "./answer-schemas.ts";
import { Problem } from "./problem.ts";
import { found, toScan } from "./scan-body.ts";
import { addEvents } from "./scan-events.ts";
import { addReport } from "./scan-file.ts";
import { beginScan, press, wordsOf, type Desk } from "./scan-request.ts";
import { MOST_TEXT_BYTES, readRequest, ScanRequest } from "./scan-upload.ts";
import { Fault, Page, ScanId } from "./schemas.ts";
import type { Server } from "./server.ts";

const STATUSES = ["unsafe", "suspicious", "clean", "unknown", "failed", "skipped", "rejected"] as const;

const Results = Page.extend({
  orderBy: z.enum(RESULT_ORDERS).default("position"),
  descending: z.stringbool().default(false),
  status: z
    .union([z.enum(STATUSES), z.array(z.enum(STATUSES))])
    .optional()
    .transform((given) => (given === undefined ? [] : [given].flat())),
});

const tags = ["scans"];

/** Scans: begun, listed, watched, read, cancelled. */
export function addScans(server: Server, desk: Desk): void {
  const { core } = desk;
  addBeginning(server, desk);
  server.get(
    "/api/scans",
    { schema: { tags, summary: "The newest scans", response: { 200: z.array(Scan) } } },
    async () => (await core.scans()).map(toScan),
  );
  server.get(
    "/api/scans/:id",
    { schema: { tags, summary: "One scan", params: ScanId, response: { 200: Scan, 404: Fault } } },
    async ({ params }) => toScan(await found(core, params.id)),
  );
  server.get(
    "/api/scans/:id/results",
    {
      schema: {
        tags,
        summary: "Results of a scan, by page",
        params: ScanId,
        querystring: Results,
        response: { 200: ResultsPage, 404: Fault },
      },
    },
    async ({ params, query }) => {
      const { scan } = await found(core, params.id);
      const { from, most, orderBy, descending: isDescending, status: statuses, search } = query;
      return core.results(scan.id, { from, most, orderBy, isDescending, statuses, search });
    },
  );
  addReport(server, desk);
  addVerbs(server, desk);
  addEvents(server, desk);
}

function addBeginning(server: Server, desk: Desk): void {
  server.post(
    "/api/scans",
    {
      bodyLimit: MOST_TEXT_BYTES,
      schema: {
        tags,
        summary: "Begin a scan of text, indicators or files (JSON, or multipart/form-data)",
        // Forms have no body that could be checked before their files are read.
        body: z.unknown().meta({ ...z.toJSONSchema(ScanRequest, { io: "input" }), $schema: undefined }),
        response: { 201: Scan, 400: Fault, 413: Fault, 422: Fault },
      },
      config: { rateLimit: { max: 120, timeWindow: "1 minute" } },
    },
    async (request, reply) => {
      const { text, files } = await readRequest(request);
      const begun = await beginScan(desk, text, files);
      return reply.code(201).header("location", `/api/scans/${begun.scan.id}`).send(toScan(begun));
    },
  );
}

function addVerbs(server: Server, desk: Desk): void {
  for (const [verb, summary] of [
    ["cancel", "Cancel a scan; what is known stays"],
    ["start", "Start a large scan that waits for that"],
  ] as const) {
    server.post(
      `/api/scans/:id/${verb}`,
      { schema: { tags, summary, params: ScanId, response: { 200: Scan, 404: Fault, 409: Fault } } },
      async ({ params }) => {
        const { scan } = await found(desk.core, params.id);
        const told = await press(desk, `${verb}:${scan.id}`, {});
        if (told.length > 0) throw new Problem(409, wordsOf(told));
        return toScan(await found(desk.core, scan.id));
      },
    );
  }
}
