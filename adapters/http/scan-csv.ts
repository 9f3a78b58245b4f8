import { Readable } from "node:stream";

import { z } from "zod";

import { AllResults, toAllResultsQuery } from "./results-query.ts";
import { found } from "./scan-body.ts";
import type { Desk } from "./scan-request.ts";
import { Fault, ScanId } from "./schemas.ts";
import type { Server } from "./server.ts";

/** `GET /api/scans/{id}/report.csv`: sent while it is read from the records, however long it is. */
export function addCsv(server: Server, { core }: Desk): void {
  server.get(
    "/api/scans/:id/report.csv",
    {
      schema: {
        tags: ["scans"],
        summary: "Results of a scan as csv: all, or those that are searched and filtered for",
        params: ScanId,
        querystring: AllResults,
        response: { 200: z.string().meta({ description: "The csv, with headings" }), 404: Fault },
      },
    },
    async ({ params, query }, reply) => {
      const { scan } = await found(core, params.id);
      return reply
        .type("text/csv; charset=utf-8")
        .header("content-disposition", `attachment; filename="vtip-${scan.id}.csv"`)
        .send(Readable.from(core.resultsCsv(scan.id, toAllResultsQuery(query))));
    },
  );
}
