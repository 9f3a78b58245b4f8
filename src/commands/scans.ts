import { UserError } from "../errors.ts";
import { cancelOpenItems } from "../scans/item-store.ts";
import { sumUp } from "../scans/results.ts";
import { toScanId } from "../scans/scan-id.ts";
import { cancelScan, findScan, listRunning, listScans } from "../scans/scan-store.ts";
import type { Scan, ScanSums } from "../scans/scan.ts";
import type { Tools } from "./tools.ts";

const MOST_LISTED = 20;

/** The newest scans with their sums, and after them what has been running for longer. */
export async function recentScans(tools: Tools): Promise<readonly ScanSums[]> {
  const newest = await listScans(tools.records, MOST_LISTED);
  const running = await listRunning(tools.records);
  const older = running.filter(({ id }) => newest.every((scan) => scan.id !== id)).slice(0, MOST_LISTED);
  return Promise.all([...newest, ...older].map(async (scan) => toSums(tools, scan)));
}

/** Stops a scan; what is known stays. @throws UserError when there is none, or it is over. */
export async function cancel(tools: Tools, id: string): Promise<ScanSums> {
  const scan = await findScan(tools.records, toScanId(id));
  if (scan === null) throw new UserError(`There is no scan ${toScanId(id)}. List them with: vtip scans`);
  if (!(await cancelScan(tools.records, scan.id, tools.clock.now()))) {
    throw new UserError(`Scan ${scan.id} is over already (${scan.state}).`);
  }
  if (scan.state === "interrupted")
    await cancelOpenItems(tools.records, scan.id, "cancelled before it was asked");
  return toSums(tools, { ...scan, state: "cancelled" });
}

/**
 * A scan with its sums, and what all its runs took together. A run that goes on, or was killed, has not written down
 * what it asked: each answer that was not cached took a request at least.
 */
export async function toSums({ records }: Pick<Tools, "records">, scan: Scan): Promise<ScanSums> {
  const { requests, elapsedMs } = scan;
  const { summary, open } = await sumUp(records, scan.id, { requests, elapsedMs });
  const { unsafe, suspicious, clean, unknown, cached } = summary;
  const asked = unsafe + suspicious + clean + unknown - cached;
  return { scan, summary: { ...summary, requests: Math.max(requests, asked) }, open };
}
