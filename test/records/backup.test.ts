import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect, onTestFinished, test } from "vitest";

import { appendAudit, verifyAudit } from "../../src/records/audit-trail.ts";
import { openRecords, type Records, type RecordsPlace } from "../../src/records/records.ts";
import { sqliteFileOf } from "../../src/records/sqlite.ts";
import { findScan, insertScan } from "../../src/scans/scan-store.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { isOverPostgres, placeOf } from "./place.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");
const BEFORE = 40;

async function open(place: RecordsPlace): Promise<Records> {
  const records = await openRecords(place);
  onTestFinished(() => records.destroy());
  return records;
}

let written = 0;

async function write(records: Records): Promise<void> {
  written += 1;
  const entry = { at: written, who: "slack:U1 (ann)", action: "block", detail: { reason: "seen twice" } };
  await appendAudit(records, { ...entry, subject: `45.10.0.${written}` });
}

/** As docs/operations.md says, for where there is no `sqlite3`. */
async function copySqlite(place: RecordsPlace): Promise<RecordsPlace> {
  const dataDir = join(temporaryFolder(), "restored");
  mkdirSync(dataDir);
  const [from, to] = [place.dataDir, dataDir].map(sqliteFileOf);
  await run(process.execPath, ["-e", `require('better-sqlite3')('${from}').exec("vacuum into '${to}'")`], {
    cwd: ROOT,
  });
  return { dataDir };
}

/** As docs/operations.md says, by the programs of PostgreSQL. */
async function copyPostgres({ dataDir, databaseUrl }: RecordsPlace): Promise<RecordsPlace> {
  const file = join(dataDir, "vtip.pgdump");
  const restored = `${databaseUrl}_restored`;
  const { hostname, port, username, pathname } = new URL(restored);
  await run("pg_dump", ["--format=custom", `--file=${file}`, databaseUrl ?? ""]);
  await run("createdb", ["-h", hostname, "-p", port, "-U", username, pathname.slice(1)]);
  const safely = ["--no-owner", "--exit-on-error", "--single-transaction"];
  await run("pg_restore", [...safely, `--dbname=${restored}`, file]);
  return { dataDir, databaseUrl: restored };
}

test("a copy that is made while others write is whole, guards its trail, and is gone on from", async () => {
  const place = placeOf(temporaryFolder());
  const records = await open(place);
  const scanId = await insertScan(records, {
    items: [],
    fingerprint: "f",
    options: { fresh: false, cachedOnly: false, urlLookup: "host" },
    source: { name: "message", columns: [], findings: 0, out: null },
    requestedBy: "ann",
    createdAt: 1,
  });
  for (let at = 0; at < BEFORE; at += 1) await write(records);

  const copied = new AbortController();
  const copying = (isOverPostgres ? copyPostgres(place) : copySqlite(place)).finally(() => copied.abort());
  while (!copied.signal.aborted) await write(records);
  const restored = await open(await copying);

  const found = await verifyAudit(restored);
  const entries = found.whole ? found.entries : 0;
  expect(entries).toBeGreaterThanOrEqual(BEFORE);
  expect(entries).toBeLessThanOrEqual(written);
  expect(await findScan(restored, scanId)).toMatchObject({ requestedBy: "ann" });
  await expect(restored.deleteFrom("audit").execute()).rejects.toThrow("append-only");
  await write(restored);
  expect(await verifyAudit(restored)).toEqual({ whole: true, entries: entries + 1 });
  expect(written).toBeGreaterThan(BEFORE + 1);
});
