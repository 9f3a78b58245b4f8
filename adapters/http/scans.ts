import { z } from "zod";

import { ResultsPage, Scan } from "./answer-schemas.ts";
import { callerOf } from "./caller.ts";
import { Problem } from "./problem.ts";
import { SomeResults, toAllResultsQuery } from "./results-query.ts";
import { found, toScan } from "./scan-body.ts";
import { addCsv } from "./scan-csv.ts";
import { addEvents } from "./scan-events.ts";
import { addReport } from "./scan-file.ts";
import { beginScan, press, wordsOf, type Desk } from "./scan-request.ts";
import { MOST_TEXT_BYTES, readRequest, ScanRequest } from "./scan-upload.ts";
import { Fault, ScanId } from "./schemas.ts";
import type { Server } from "./server.ts";

const tags = ["scans"];

/** Scans: begun, listed, watched, read, cancelled. */
export function addScans(server: Server, desk: Desk): void {
  const { core } = desk;
  addBeginning(server, desk);
  server.get(
    "/api/scans",
    { schema: { tags, summary: "The newest scans", response: { 200: z.array(Scan) } } },
    async () => Promise.all((await core.scans()).map(async (sums) => toScan(core, sums))),
  );
  server.get(
    "/api/scans/:id",
    { schema: { tags, summary: "One scan", params: ScanId, response: { 200: Scan, 404: Fault } } },
    async ({ params }) => toScan(core, await found(core, params.id)),
  );
  server.get(
    "/api/scans/:id/results",
    {
      schema: {
        tags,
        summary: "Results of a scan, by page",
        params: ScanId,
        querystring: SomeResults,
        response: { 200: ResultsPage, 404: Fault },
      },
    },
    async ({ params, query }) => {
      const { scan } = await found(core, params.id);
      const { from, most } = query;
      return core.results(scan.id, { ...toAllResultsQuery(query), from, most });
    },
  );
  addReport(server, desk);
  addCsv(server, desk);
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
      const begun = await beginScan(desk, callerOf(request), await readRequest(request));
      return reply
        .code(201)
        .header("location", `/api/scans/${begun.scan.id}`)
        .send(await toScan(desk.core, begun));
    },
  );
}

function addVerbs(server: Server, desk: Desk): void {
  for (const [verb, summary, states] of [
    ["cancel", "Cancel a scan; what is known stays", ["planned", "running", "interrupted"]],
    ["start", "Start a large scan that waits for that", ["planned"]],
  ] as const) {
    server.post(
      `/api/scans/:id/${verb}`,
      {
        schema: {
          tags,
          summary,
          params: ScanId,
          response: { 200: Scan, 403: Fault, 404: Fault, 409: Fault },
        },
      },
      async (request) => {
        const { scan } = await found(desk.core, request.params.id);
        const told = await press(desk, callerOf(request), `${verb}:${scan.id}`);
        const sums = await found(desk.core, scan.id);
        if (told.length === 0) return toScan(desk.core, sums);
        // What could still be done was refused to the one who asks.
        const couldBe = states.some((state) => state === sums.scan.state);
        throw new Problem(couldBe ? 403 : 409, wordsOf(told));
      },
    );
  }
}
