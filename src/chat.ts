import type { Core } from "./contract.ts";
import type { Env } from "./env.ts";
import type { Reply } from "./reply.ts";

/** Who wrote or pressed, as APPROVERS names people: `slack:U012AB3CD`. `name` is for the audit trail, never for mark-up. */
export interface User {
  readonly id: string;
  readonly name: string;
}

/** A file that came with a message. Nothing of it is fetched before `Conversation.fetch`; `ref` is the adapter's own. */
export interface Upload {
  readonly name: string;
  /** In bytes, as the platform says; null when it does not. */
  readonly size: number | null;
  readonly ref: string;
}

interface Arrival {
  /** The same for every delivery of the same thing, under whatever name the platform repeats it. */
  readonly delivery: string;
  /** Where the answer hangs: an id that `Adapter.conversation` opens. */
  readonly conversation: string;
  readonly user: User;
}

/** A slash command. */
export interface CommandIncoming extends Arrival {
  readonly kind: "command";
  readonly text: string;
  readonly files: readonly Upload[];
}

/** A message: to the bot by mention or directly, in a watched channel, or picked with the shortcut **Check with vtip**. */
export interface MessageIncoming extends Arrival {
  readonly kind: "message";
  readonly addressed: "mention" | "direct" | "watched" | "shortcut";
  /** Plain text: mark-up, entities and the mention of the bot are taken away, all else is as it was written. */
  readonly text: string;
  readonly files: readonly Upload[];
}

/** A button pressed or a form sent. `action` is the button's, or the form's; `values` are a form's fields by name. */
export interface ActionIncoming extends Arrival {
  readonly kind: "action";
  readonly action: string;
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** What a platform saw, as plain data (it is kept as JSON), not what it means. */
export type Incoming = CommandIncoming | MessageIncoming | ActionIncoming;

/** A message to be posted. */
export interface Post {
  /** Names it for good; the platform carries it with the message, so that it can be found after a crash. */
  readonly mark: string;
  readonly reply: Reply;
  /**
   * The live message under which it hangs, where that is the head of the thread; null for a live message itself.
   * A conversation that began under a person's message or in a thread stays there, whatever this says.
   */
  readonly under: string | null;
}

/** What became of a post or an edit. */
export type Delivered =
  | { readonly kind: "sent"; readonly message: string }
  /** It will never be taken; `reason` is a sentence that a person can act on. */
  | { readonly kind: "refused"; readonly reason: string }
  /** It was not taken now and has no effect; may be tried again after `afterMs`. */
  | { readonly kind: "later"; readonly afterMs: number; readonly reason: string }
  /** It may have arrived or not: look for it before it is posted again. */
  | { readonly kind: "unsure"; readonly reason: string };

/** Whether a post is there. */
export type Found =
  | { readonly kind: "found"; readonly message: string }
  | { readonly kind: "absent" }
  | { readonly kind: "unsure"; readonly reason: string };

/** A file's bytes, or a sentence why they cannot be had and what to send instead. */
export type Fetched =
  | { readonly kind: "fetched"; readonly bytes: Uint8Array }
  | { readonly kind: "refused"; readonly reason: string }
  /** The platform could not be reached. */
  | { readonly kind: "failed"; readonly reason: string };

/** How much one message of the platform holds. */
export interface PageSize {
  readonly rows: number;
  /** Characters of all rows together. */
  readonly characters: number;
}

/** One place on a platform where an answer hangs. None of its calls rejects for what a platform may do. */
export interface Conversation {
  /** Reopens it, by any process, after a restart too. */
  readonly id: string;
  /** The id of the channel in which it is, as a conversation of its own: what is posted there hangs under nothing. */
  readonly channel: string;
  readonly page: PageSize;
  /** It shows scans from the records by itself: neither table nor file is posted. */
  readonly showsRecords: boolean;
  /** The largest file that may be posted. */
  readonly mostFileBytes: number;
  post(post: Post): Promise<Delivered>;
  /** Puts `reply` in the place of what a message of this conversation says. */
  edit(message: string, reply: Reply): Promise<Delivered>;
  /** Looks for a post that may have arrived. `sinceMs` is when it was first tried, in ms since 1970. */
  find(post: Post, sinceMs: number): Promise<Found>;
  /** Tells the person who began the conversation, and nobody else where the platform can. */
  whisper(reply: Reply): Promise<void>;
  /** Opens a form for the person who pressed; what they send comes back as an action. */
  ask(form: Reply): Promise<void>;
  /** Reads a file of at most `mostBytes`; a larger one is refused before it is read to its end. */
  fetch(upload: Upload, mostBytes: number): Promise<Fetched>;
  /** A link to a message, or null where there is none. */
  link(message: string): Promise<string | null>;
}

/** What an adapter hands everything to that it receives. Neither call rejects. */
export interface Bot {
  /**
   * Writes it down, so that a crash loses nothing; call it before acknowledging.
   * False: it was delivered before, and nothing is to be done.
   */
  accept(incoming: Incoming): Promise<boolean>;
  /** Answers what was accepted; resolves when nothing is left to be said, for a long scan when it is under way. */
  handle(incoming: Incoming, conversation: Conversation): Promise<void>;
  /** Quota, running scans and newest blocks, for a platform's start page. */
  overview(): Promise<Reply>;
}

/** A chat platform. */
export interface Adapter {
  /** The part of its conversations' and users' ids before the first colon: `slack`. */
  readonly name: string;
  /**
   * Begins to receive, and resolves to sentences that a person who starts it should read. Conversations can be reopened
   * before that. Rejects with an Error to be shown when it cannot.
   */
  start(bot: Bot): Promise<readonly string[]>;
  /** Takes nothing new and ends its connections. */
  stop(): Promise<void>;
  conversation(id: string): Conversation;
  /** The conversation that is asked about blocks of no conversation, such as imported ones; left out: there is none. */
  readonly home?: string;
  /** The groups and roles that a user is in, as APPROVERS names them: `slack:S012AB3CD`. Rejects when it cannot be told. */
  groupsOf(userId: string): Promise<readonly string[]>;
}

/** What an adapter may use of the core's log: data first, then a fixed sentence. */
export interface AdapterLog {
  debug(data: Readonly<Record<string, unknown>>, sentence: string): void;
  info(data: Readonly<Record<string, unknown>>, sentence: string): void;
  warn(data: Readonly<Record<string, unknown>>, sentence: string): void;
  error(data: Readonly<Record<string, unknown>>, sentence: string): void;
}

/** What `adapters/<platform>/index.ts` exports. */
export interface AdapterModule {
  /** `core` answers what is asked of the records and lists. Null when it has no credentials. @throws an Error with exitStatus 3 that names every wrong variable (`readEnv`). */
  createAdapter(env: Env, log: AdapterLog, core: Core): Promise<Adapter | null>;
}
