import { join } from "node:path";

import { onTestFinished } from "vitest";

import { readConfig } from "../../src/config.ts";
import type { Core, Progress, ResultRecord, ScanReport, ScanRequest, ScanStart } from "../../src/contract.ts";
import { openCore } from "../../src/core.ts";
import { startStandin, type Standin, type StandinOptions } from "../../src/demo/standin.ts";
import type { Result } from "../../src/model.ts";
import { databaseEnv } from "../records/place.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** The core as `vtip scan` opens it, on a folder of its own and a stand-in for VirusTotal. */
export interface Bench {
  readonly folder: string;
  readonly standin: Standin;
  /** Opens it again, as a new run of the program would. */
  open(env?: Record<string, string>): Promise<Core>;
  /** Scans a text to the end. */
  scan(core: Core, text: string, request?: Partial<ScanRequest>, signal?: AbortSignal): Promise<Scanned>;
}

interface Scanned {
  readonly report: ScanReport;
  readonly start: ScanStart | undefined;
  readonly records: readonly ResultRecord[];
  readonly progress: readonly Progress[];
}

/** Every key of the test's stand-in is `KEY`, without limits unless a test says so. */
export const KEY = "key-of-the-test";

export async function openBench(options: Partial<StandinOptions> = {}): Promise<Bench> {
  const folder = temporaryFolder();
  const standin = await startStandin({ keys: { [KEY]: {} }, ...options });
  onTestFinished(() => standin.close());
  return {
    folder,
    standin,
    async open(env = {}) {
      const config = readConfig({
        VT_APIKEY1: KEY,
        VT_KEY1_PER_MINUTE: "0",
        VT_KEY1_PER_DAY: "0",
        VT_KEY1_PER_MONTH: "0",
        VT_API_URL: standin.url,
        VT_TIMEOUT_SECONDS: "5",
        VT_WINDOW_SECONDS: "0.3",
        DATA_DIR: join(folder, "data"),
        ...databaseEnv(join(folder, "data")),
        LOG_FILE: join(folder, "app.log"),
        WHITELIST_FILE: join(folder, "whitelist.txt"),
        BLACKLIST_FILE: join(folder, "blacklist.txt"),
        ...env,
      });
      const core = await openCore(config, { isDemo: false, onProblem: () => undefined });
      onTestFinished(() => core.close());
      return core;
    },
    scan: scanText,
  };
}

async function scanText(
  core: Core,
  text: string,
  request: Partial<ScanRequest> = {},
  signal?: AbortSignal,
): Promise<Scanned> {
  const records: ResultRecord[] = [];
  const progress: Progress[] = [];
  let start: ScanStart | undefined;
  const report = await core.scan(
    {
      input: { kind: "text", name: "test", text },
      fresh: false,
      cachedOnly: false,
      out: null,
      requestedBy: "test",
      patienceMs: 60_000,
      ...request,
    },
    {
      onStart: (started) => void (start = started),
      onProgress: (counts) => void progress.push(counts),
      onRecord: async (record) => void records.push(record),
    },
    signal ?? new AbortController().signal,
  );
  return { report, start, records, progress };
}

export async function resultsOf(report: ScanReport): Promise<Result[]> {
  const results: Result[] = [];
  for await (const result of report.results()) results.push(result);
  return results;
}
