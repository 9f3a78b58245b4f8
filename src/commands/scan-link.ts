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
