import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { FastifyRequest } from "fastify";
import { z } from "zod";

import { RESULT_ORDERS, type Core, type ScanSums } from "../../src/contract.ts";
import { Problem } from "./problem.ts";
import { addEvents } from "./scan-events.ts";
import { beginScan, press, wordsOf, type Desk, type SentFile } from "./scan-request.ts";
import { Fault, Page, ScanId, toTime } from "./schemas.ts";
import type { Server } from "./server.ts";

const MOST_FILES = 10;
const MOST_FILE_BYTES = 50 * 1024 * 1024;
const STATUSES = ["unsafe", "suspicious", "clean", "unknown", "failed", "skipped", "rejected"] as const;

const Request = z.object({
  text: z.string().default("").describe("Anything that holds indicators"),
  indicators: z.array(z.string().max(4096)).max(100_000).default([]),
});

const Results = Page.extend({
  orderBy: z.enum(RESULT_ORDERS).default("position"),
  descending: z.stringbool().default(false),
  status: z
    .union([z.enum(STATUSES), z.array(z.enum(STATUSES))])
    .optional()
    .transform((given) => (given === undefined ? [] : [given].flat())),
});

/** Scans: begun, listed, watched, read, cancelled. */
export function addScans(server: Server, desk: Desk): void {
  const { core } = desk;
  const tags = ["scans"];
  server.post(
    "/api/scans",
    {
      schema: {
        tags,
        summary: "Begin a scan of text, indicators or files (JSON, or multipart/form-data)",
        body: z.unknown(),
      },
      config: { rateLimit: { max: 120, timeWindow: "1 minute" } },
    },
    async (request, reply) => {
      const { text, files } = await readRequest(request);
      const begun = await beginScan(desk, text, files);
      return reply.code(201).header("location", `/api/scans/${begun.scan.id}`).send(toScan(begun));
    },
  );
  server.get("/api/scans", { schema: { tags, summary: "The newest scans" } }, async () =>
    (await core.scans()).map(toScan),
  );
  server.get(
    "/api/scans/:id",
    { schema: { tags, summary: "One scan", params: ScanId, response: { 404: Fault } } },
    async ({ params }) => toScan(await found(core, params.id)),
  );
  server.get(
    "/api/scans/:id/results",
    { schema: { tags, summary: "Results of a scan, by page", params: ScanId, querystring: Results } },
    async ({ params, query }) => {
      const { scan } = await found(core, params.id);
      const { from, most, orderBy, descending: isDescending, status: statuses, search } = query;
      return core.results(scan.id, { from, most, orderBy, isDescending, statuses, search });
    },
  );
  server.get(
    "/api/scans/:id/report.xlsx",
    { schema: { tags, summary: "The report of a scan", params: ScanId } },
    async ({ params }, reply) => {
      const { scan } = await found(core, params.id);
      const folder = await mkdtemp(join(tmpdir(), "vtip-report-"));
      try {
        const path = join(folder, "report.xlsx");
        await core.writeXlsx(scan.id, path);
        const stream = createReadStream(path);
        stream.once("close", () => desk.track(rm(folder, { recursive: true, force: true })));
        return await reply
          .type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
          .header("content-disposition", `attachment; filename="vtip-${scan.id}.xlsx"`)
          .send(stream);
      } catch (error) {
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
    },
  );
  for (const [verb, summary] of [
    ["cancel", "Cancel a scan; what is known stays"],
    ["start", "Start a large scan that waits for that"],
  ] as const) {
    server.post(
      `/api/scans/:id/${verb}`,
      { schema: { tags, summary, params: ScanId } },
      async ({ params }) => {
        const { scan } = await found(core, params.id);
        const told = await press(desk, `${verb}:${scan.id}`, {});
        if (told.length > 0) throw new Problem(409, wordsOf(told));
        return toScan(await found(core, scan.id));
      },
    );
  }
  addEvents(server, desk);
}

/** The scan of a name. @throws Problem (404) when there is none. */
export async function found(core: Core, id: string): Promise<ScanSums> {
  const sums = await core.findScan(id);
  if (sums === null)
    throw new Problem(404, `There is no scan ${id.toUpperCase()}. GET /api/scans lists them.`);
  return sums;
}

/** A scan as it is sent. */
export function toScan({ scan, summary, open }: ScanSums) {
  return {
    id: scan.id,
    state: scan.state,
    source: scan.source.name,
    notes: scan.source.notes ?? [],
    requestedBy: scan.requestedBy,
    createdAt: toTime(scan.createdAt),
    finishedAt: toTime(scan.finishedAt),
    open,
    summary,
  };
}

async function readRequest(request: FastifyRequest): Promise<{ text: string; files: readonly SentFile[] }> {
  if (!request.isMultipart()) {
    const parsed = Request.safeParse(request.body ?? {});
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new Problem(
        400,
        `The body is not as it should be: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}.`,
      );
    }
    const { text, indicators } = parsed.data;
    return { text: [text, ...indicators].filter(Boolean).join("\n"), files: [] };
  }
  const texts: string[] = [];
  const files: SentFile[] = [];
  for await (const part of request.parts({ limits: { files: MOST_FILES, fileSize: MOST_FILE_BYTES } })) {
    if (part.type === "file") files.push({ name: part.filename || "upload", bytes: await part.toBuffer() });
    else if (part.fieldname === "text" && typeof part.value === "string") texts.push(part.value);
  }
  return { text: texts.join("\n"), files };
}
