import type { types } from "@slack/bolt";

/** What the bot may answer to a delivery. */
export interface AckBody extends Readonly<Record<string, unknown>> {
  readonly text?: string;
  readonly blocks?: readonly types.KnownBlock[];
  readonly response_type?: "ephemeral" | "in_channel";
  readonly response_action?: "errors" | "update" | "push" | "clear";
  readonly errors?: Readonly<Record<string, string>>;
  readonly view?: Readonly<Record<string, unknown>>;
}

/** How the bot took a delivery, the same for both transports. */
export interface Ack {
  /** Acknowledged in time. */
  readonly ok: boolean;
  /** HTTP status; Socket Mode: 200 for an acknowledgement. 0 where none came. */
  readonly status: number;
  /** From sending to the acknowledgement, or to giving up. */
  readonly ms: number;
  readonly body: AckBody | null;
  /** Why it is not `ok`. */
  readonly problem: "timeout" | "refused" | "unreachable" | "not sent" | null;
  /** Asks Slack not to repeat the event. */
  readonly noRetry?: boolean;
}

/** An acknowledgement's body: `ack("text")` is a bare text over HTTP and `{text}` over the socket. */
export function readAckBody(content: unknown): AckBody | null {
  if (content === undefined || content === null || content === "") return null;
  if (typeof content === "object") return Object.keys(content).length === 0 ? null : (content as AckBody);
  if (typeof content !== "string") return null;
  try {
    return readAckBody(JSON.parse(content));
  } catch {
    return { text: content };
  }
}
