import type { ActionIncoming, Conversation } from "../chat.ts";
import type { ChatTools } from "./chat-tools.ts";

/** A click with what it needs. */
export interface Click {
  readonly tools: ChatTools;
  readonly conversation: Conversation;
  readonly incoming: ActionIncoming;
  /** What the button is about: a scan, a proposal or a digest. */
  readonly subject: string;
}

/** Of a button whose scan, proposal or digest is not in the records. */
export const GONE =
  "This button belongs to something that is no longer known here. Scan again for a new one.";

/** Tells the one who pressed that it was not done, and why; `people` are ids in it that are to be shown as people. */
export async function whisper(
  conversation: Conversation,
  text: string,
  people: readonly string[] = [],
): Promise<void> {
  await conversation.whisper({ kind: "notice", tone: "problem", text, people });
}
