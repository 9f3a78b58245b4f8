import type { Conversation } from "../chat.ts";
import type { Outbox } from "../outbox.ts";
import type { Tools } from "./tools.ts";

/** What commands of chat work with besides. */
export interface ChatTools extends Tools {
  readonly outbox: Outbox;
  /** Aborts when the program ends; what is under way then goes on with the next run. */
  readonly signal: AbortSignal;
  /** Reopens a conversation; null when its platform is not served. */
  conversation(id: string): Conversation | null;
  /** The conversation that is asked about what belongs to none; null: no platform that is served has one. */
  readonly home: string | null;
  /** The groups of a user of any platform. Rejects when they cannot be told. */
  groupsOf(userId: string): Promise<readonly string[]>;
  /** Lets work go on by itself; what it throws is logged. The program waits for it when it ends. */
  track(what: string, work: Promise<void>): void;
}
