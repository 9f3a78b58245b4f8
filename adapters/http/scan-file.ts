import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { z } from "zod";

import { found } from "./scan-body.ts";
import type { Desk } from "./scan-request.ts";
import { Fault, ScanId } from "./schemas.ts";
import type { Server } from "./server.ts";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** `GET /api/scans/{id}/report.xlsx`: written anew each time, since verdicts and lists change. */
export function addReport(server: Server, { core, track }: Desk): void {
  const file = z.string().meta({ description: "The xlsx", format: "binary" });
  server.get(
    "/api/scans/:id/report.xlsx",
    {
      schema: {
        tags: ["scans"],
        summary: "The report of a scan",
        params: ScanId,
        response: { 200: file, 404: Fault },
      },
    },
    async ({ params }, reply) => {
      const { scan } = await found(core, params.id);
      const folder = await mkdtemp(join(tmpdir(), "vtip-report-"));
      try {
        const path = join(folder, "report.xlsx");
        await core.writeXlsx(scan.id, path);
        const stream = createReadStream(path);
        stream.once("close", () => track(rm(folder, { recursive: true, force: true })));
        return await reply
          .type(XLSX)
          .header("content-disposition", `attachment; filename="vtip-${scan.id}.xlsx"`)
          .send(stream);
      } catch (error) {
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
    },
  );
}
