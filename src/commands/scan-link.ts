import type { Scan } from "../scans/scan.ts";
import { liveMark } from "./chat-head.ts";
import type { ChatTools } from "./chat-tools.ts";

/** A link to where a scan is reported; null for one of the command line, or of a platform that is not served now. */
export async function linkOfScan(
  tools: ChatTools,
  scan: Pick<Scan, "id" | "conversation">,
): Promise<string | null> {
  const conversation = scan.conversation === null ? null : tools.conversation(scan.conversation);
  const message = await tools.outbox.messageOf(liveMark(scan.id));
  return conversation === null || message === null ? null : conversation.link(message);
}

const NO_LINK = Promise.resolve(null);
const KEPT_MS = 60_000;
const MOST_KEPT = 1000;
/** Longer than this nobody waits for a link. */
const PATIENCE_MS = 1000;

/**
 * The same for pages that ask every few seconds: platforms are asked once for a link, and again only where they had none
 * a minute ago. Null too where a platform takes longer than a second; it is there the next time.
 */
export function createScanLinks(
  tools: ChatTools,
): (scan: Pick<Scan, "id" | "conversation">) => Promise<string | null> {
  const kept = new Map<string, { readonly until: number; readonly link: Promise<string | null> }>();

  async function find(scan: Pick<Scan, "id" | "conversation">): Promise<string | null> {
    const link = await linkOfScan(tools, scan).catch(() => null);
    const isPosted = (await tools.outbox.messageOf(liveMark(scan.id)).catch(() => null)) !== null;
    // What is not posted yet may have a link the next time.
    if (!isPosted) kept.delete(scan.id);
    else if (link === null) kept.set(scan.id, { link: NO_LINK, until: tools.clock.now() + KEPT_MS });
    return link;
  }

  function ask(scan: Pick<Scan, "id" | "conversation">): Promise<string | null> {
    const known = kept.get(scan.id);
    if (known !== undefined && known.until > tools.clock.now()) return known.link;
    if (kept.size >= MOST_KEPT) kept.clear();
    const link = find(scan);
    kept.set(scan.id, { link, until: Number.POSITIVE_INFINITY });
    return link;
  }

  return async (scan) => {
    if (scan.conversation === null) return null;
    const settled = new AbortController();
    try {
      const late = tools.clock.wait(PATIENCE_MS, settled.signal).then(() => null);
      return await Promise.race([ask(scan), late]);
    } finally {
      settled.abort();
    }
  };
}
