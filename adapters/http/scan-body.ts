import type { Core, ScanSums } from "../../src/contract.ts";
import { Problem } from "./problem.ts";
import { toTime } from "./schemas.ts";

/** The scan of a name. @throws Problem (404) when there is none. */
export async function found(core: Core, id: string): Promise<ScanSums> {
  const sums = await core.findScan(id);
  if (sums === null)
    throw new Problem(404, `There is no scan ${id.toUpperCase()}. GET /api/scans lists them.`);
  return sums;
}

/** A scan as it is sent. */
export async function toScan(core: Core, { scan, summary, open }: ScanSums) {
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
    link: await core.linkOf(scan),
  };
}
