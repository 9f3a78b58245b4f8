import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { openHttp, type HttpStage } from "./stage.ts";

interface Line {
  readonly level: number;
  readonly method: string;
  readonly route: string | null;
  readonly status: number;
  readonly user: string | null;
}

const [DEBUG, INFO, WARN] = [20, 30, 40];

/** What was asked, in order: each with its status and the level of its line. */
function lines(stage: HttpStage): readonly (readonly [string, number, number])[] {
  return readFileSync(stage.path("app.log"), "utf8")
    .split("\n")
    .filter((line) => line.includes('"msg":"request"'))
    .map((line) => JSON.parse(line) as Line)
    .map(({ level, method, route, status }) => [`${method} ${route}`, status, level] as const);
}

test("a line of the log says what was done or went wrong; what only looks is for LOG_LEVEL=debug", async () => {
  const stage = await openHttp();
  const site = await stage.start({ LOG_LEVEL: "debug" });
  await site.get("/api/scans");
  await site.send("HEAD", "/api/quota");
  await site.get("/logs");
  await site.get("/healthz");
  await site.get("/metrics");
  await site.post("/api/extract", { text: "10.0.0.1" });
  await site.get("/blacklist.txt");
  await site.get("/api/scans/S-0000");
  await site.get("/nothing");
  await site.post("/api/scans", { text: "10.0.0.1" });
  await stage.inRecords(async (records) => records.schema.dropTable("block").execute());
  await site.get("/api/blocks");

  await stage.until(async () => lines(stage).length >= 11, "the lines");
  expect(lines(stage)).toEqual([
    ["GET /api/scans", 200, DEBUG],
    ["HEAD /api/quota", 200, DEBUG],
    ["GET /logs", 200, DEBUG],
    ["GET /healthz", 200, DEBUG],
    ["GET /metrics", 200, DEBUG],
    ["POST /api/extract", 200, DEBUG],
    ["GET /blacklist.txt", 200, INFO],
    ["GET /api/scans/:id", 404, INFO],
    ["GET null", 404, INFO],
    ["POST /api/scans", 201, INFO],
    ["GET /api/blocks", 500, WARN],
  ]);
});

test("a page that shows the log does not fill it", async () => {
  const stage = await openHttp();
  const site = await stage.start();

  for (let times = 0; times < 5; times += 1) await site.get("/logs");
  await site.post("/api/scans", { text: "10.0.0.1" });

  await stage.until(async () => lines(stage).length > 0, "the line");
  expect(lines(stage)).toEqual([["POST /api/scans", 201, INFO]]);
});
