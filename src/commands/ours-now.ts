import { isOurs } from "../scans/scan-store.ts";
import type { ChatTools } from "./chat-tools.ts";

/** An answer that took longer says how it was then: another process may have taken the scan over since. */
const FRESH_MS = 2000;

/**
 * Whether a scan is this process's to speak about at this moment, to be asked right before it speaks. While a process is
 * cut off from the records the others hold it for dead, and go on with what it had. One that is alone is never asked.
 */
export async function isOursNow(
  { presence, records }: Pick<ChatTools, "presence" | "records">,
  scanId: string,
): Promise<boolean> {
  if (presence === null) return true;
  for (;;) {
    const askedAt = performance.now();
    if (!(await isOurs(records, scanId))) return false;
    if (performance.now() - askedAt < FRESH_MS) return true;
  }
}
