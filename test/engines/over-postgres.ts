import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openRecords } from "../../src/records/records.ts";
import { createPostgres } from "./postgres.ts";

/** What `test/records/place.ts` reads: where tests that keep records are to have them. */
export const TEST_POSTGRES = "VTIP_TEST_POSTGRES";

/** The database that has the tables already: others are made like it. */
export const READY = "ready";

/** With `TEST_RECORDS=postgres` all records of the tests are in a PostgreSQL that runs as long as they do. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env["TEST_RECORDS"] !== "postgres") return undefined;
  const folder = mkdtempSync(join(tmpdir(), "vtip-postgres-"));
  const postgres = await createPostgres(folder);
  if (postgres === null)
    throw new Error("TEST_RECORDS=postgres needs PostgreSQL: Debian's package postgresql.");
  await postgres.start();
  const databaseUrl = postgres.databaseUrl(READY);
  const records = await openRecords({ dataDir: folder, databaseUrl });
  await records.destroy();
  process.env[TEST_POSTGRES] = JSON.stringify({ port: postgres.port });
  return async () => {
    await postgres.stop("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
}
