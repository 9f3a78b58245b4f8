import type { ItemRow } from "../scans/item-rows.ts";
import { sumUp } from "../scans/results.ts";
import type { Progress } from "../scans/scan.ts";
import { timeLeft } from "../scans/time-left.ts";
import type { Tools } from "./tools.ts";

/** Counts along with a scan. */
export interface ProgressCount {
  /** The counts after these rows were answered too. */
  after(rows: readonly ItemRow[]): Progress;
}

/** Begins at what the scan knows already. */
export async function createProgress(tools: Tools, scanId: string): Promise<ProgressCount> {
  const budget = await tools.lookUps.budget();
  const { summary, open } = await sumUp(tools.records, scanId, { requests: 0, elapsedMs: 0 });
  const total = summary.indicators + summary.rejected;
  let done = total - open;
  let unsafe = summary.unsafe;
  return {
    after(rows) {
      done += rows.length;
      unsafe += rows.filter((row) => row.status === "unsafe").length;
      const leftMs = timeLeft(total - done, budget);
      const closure = tools.lookUps.closure();
      return { scanId, total, done, unsafe, leftMs: Number.isFinite(leftMs) ? leftMs : null, closure };
    },
  };
}
