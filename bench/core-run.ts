import type { Core, ScanReport } from "../src/contract.ts";
import { built } from "./built.ts";

/** How a scan in this process ended, and how long it took from the text to the last verdict on disk. */
export interface TimedScan {
  readonly report: ScanReport;
  readonly wallMs: number;
}

/** Scans a text with the built core in this process. Nothing is printed and no report written. */
export async function scanInProcess(env: Readonly<Record<string, string>>, text: string): Promise<TimedScan> {
  const [{ openCore }, { readConfig }] = await Promise.all([built.core(), built.config()]);
  const core = await openCore(readConfig(env), {
    isDemo: false,
    onProblem(sentence) {
      throw new Error(sentence);
    },
  });
  try {
    return await timedScan(core, text);
  } finally {
    await core.close();
  }
}

async function timedScan(core: Core, text: string): Promise<TimedScan> {
  const request = {
    input: { kind: "text", name: "benchmark", text },
    fresh: false,
    cachedOnly: false,
    out: null,
    requestedBy: "cli:local",
    patienceMs: 900_000,
  } as const;
  const watcher = { onStart: () => undefined, onProgress: () => undefined };
  const startedAt = performance.now();
  const report = await core.scan(request, watcher, new AbortController().signal);
  const wallMs = performance.now() - startedAt;
  if (report.unchecked > 0) {
    throw new Error(`Not every look-up was answered: ${JSON.stringify(report.summary)}`);
  }
  return { report, wallMs };
}
