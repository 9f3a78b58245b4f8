import type { ScanHead } from "../reply.ts";
import type { Scan } from "../scans/scan.ts";

/** Under which the live message of a scan is posted. */
export function liveMark(scanId: string): string {
  return `${scanId}/live`;
}

/** What every message about a scan says of it. */
export function headOf({ id, requestedBy, source }: Scan): ScanHead {
  return { scanId: id, requestedBy, source: source.name, notes: source.notes ?? [] };
}
