import type { ChatTools } from "./chat-tools.ts";

/**
 * The channel that is asked about a block: the one in which it was approved, and for a block of no conversation, such as
 * an imported one, the platform's that has a place for these. Null where that is not served.
 */
export function digestChannelOf(
  { conversation, home }: Pick<ChatTools, "conversation" | "home">,
  approvedIn: string | null,
): string | null {
  const id = approvedIn ?? home;
  return id === null ? null : (conversation(id)?.channel ?? null);
}
