import type { Incoming } from "../../src/contract.ts";
import type { Filling } from "./form-draft.ts";
import type { Place } from "./place.ts";

/** What an interaction carries by which it can be answered, for 15 minutes. */
export interface Token {
  readonly interaction: string;
  readonly application: string;
  readonly token: string;
  /** What it is: a command is put off at once; a press may be answered with a form, which has to come first. */
  readonly kind: "command" | "press" | "form";
  /** Whether what was pressed, or where the form came from, is a private note of the bot's: it is used up then. */
  readonly isNote: boolean;
  /** The action that was pressed. */
  readonly action: string;
  /** How far the form that it asks for is filled in; null when it is to be begun. */
  readonly filling: Filling | null;
  /** The largest file that may be sent there, in bytes; null where Discord does not say. */
  readonly mostFileBytes: number | null;
}

/** Something that Discord told, ready for the core. */
export interface Arrived {
  readonly incoming: Incoming;
  readonly place: Place;
  /** Null for messages. */
  readonly token: Token | null;
}

/** What tells the bot what is meant for it. */
export interface Ears {
  readonly botId: string;
  readonly watchChannels: ReadonlySet<string>;
  readonly watchBots: ReadonlySet<string>;
}
