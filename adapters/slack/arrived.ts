import type { Incoming } from "../../src/contract.ts";
import type { Place } from "./place.ts";

/** What only the delivery itself carries; a conversation that is reopened does without. */
export interface Origin {
  readonly responseUrl: string | null;
  readonly triggerId: string | null;
  /** Whether a button of a message was pressed that only this person sees: what is told them takes its place. */
  readonly isPrivateMessage: boolean;
  /** Whether the thread is there already, so that a private note in it is seen. */
  readonly isThreadOpen: boolean;
}

/** A payload that is for us. */
export interface Arrived {
  readonly incoming: Incoming;
  readonly place: Place;
  readonly origin: Origin;
  /** The event's name: `message` is complete, `app_mention` may lack the files. Null for all else. */
  readonly shape: "message" | "app_mention" | null;
  /** Of the event's message. */
  readonly ts: string | null;
}

/** Who we are and what we listen to. Ids as Slack writes them. */
export interface Ears {
  readonly userId: string;
  readonly botId: string;
  readonly watchChannels: ReadonlySet<string>;
  readonly watchBots: ReadonlySet<string>;
}

/** Of a delivery that carries nothing beside what it says. */
export const NO_ORIGIN: Origin = {
  responseUrl: null,
  triggerId: null,
  isPrivateMessage: false,
  isThreadOpen: true,
};
