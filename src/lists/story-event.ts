import type { Status } from "../model.ts";

/** How many engines detected something, of how many that were asked. */
export interface StoryScore {
  readonly detections: number;
  readonly total: number;
}

/** On what an address was blocked. */
export interface StoryEvidence extends StoryScore {
  readonly engines: readonly string[];
}

/** One look-up, or several after each other with the same verdict. */
interface Run {
  /** The first of them. */
  readonly at: number;
  readonly lastAt: number;
  readonly count: number;
  /** Null while there is no answer. */
  readonly status: Status | null;
  /** Of the first and of the last of them; null without an analysis. */
  readonly firstScore: StoryScore | null;
  readonly score: StoryScore | null;
}

/** A scan in which it came up; of several the newest. */
export interface LookedUp extends Run {
  readonly kind: "looked-up";
  readonly scanId: string;
  readonly source: string;
  /** Where the scan was asked for; null at the command line. */
  readonly conversation: string | null;
  /** To where the scan is reported, as far as it is known. */
  readonly link: string | null;
}

/** It was looked up again before its block came to its end. */
export interface Rechecked extends Run {
  readonly kind: "rechecked";
}

/** Its verdict went over to or from unsafe while it was on a list. */
export interface Flipped {
  readonly kind: "flipped";
  readonly at: number;
  readonly scanId: string;
  readonly list: "blacklisted" | "whitelisted";
  readonly entry: string;
  readonly before: Status;
  readonly after: Status;
}

/** Approvers were asked about a scan in which it was unsafe. */
interface Proposed {
  readonly kind: "proposed";
  readonly at: number;
  readonly proposalId: string;
  readonly scanId: string;
  /** Who asked for the scan, as `User.id`. */
  readonly requestedBy: string;
}

/** Somebody, as the audit trail names them, did something. */
interface Act {
  readonly at: number;
  readonly who: string;
  /** What they gave as the reason. */
  readonly reason: string | null;
  /** To the message where it was decided. */
  readonly link: string | null;
}

/** What was decided about it without blocking it; the block that an approval led to stands for that approval. */
export interface Decided extends Act {
  readonly kind: "decided";
  readonly proposalId: string;
  readonly scanId: string;
  readonly outcome: "approved" | "dismissed" | "expired";
  /** What an approval meant for this address; `guarded`: it is our own, or shared infrastructure. Null for no approval. */
  readonly choice: "chosen" | "not chosen" | "whitelisted" | "guarded" | null;
}

/** An attempt that came to nothing: the person might not do it, or the list could not be changed. */
export interface Attempted extends Act {
  readonly kind: "refused" | "failed";
  /** Such as `block` or `unblock`. */
  readonly tried: string;
  readonly because: string;
  /** The question that it was about, such as `P-7K3Q` or a digest; null: the address alone. */
  readonly subject: string | null;
}

/** What was done to it, as the audit trail has it; `acted` for what has no kind of its own here. */
export interface Acted extends Act {
  readonly kind:
    | "blocked"
    | "imported"
    | "extended"
    | "ended"
    | "let-go"
    | "undone"
    | "unblocked"
    | "whitelisted"
    | "added-by-hand"
    | "removed-by-hand"
    | "acted";
  /** The audit trail's word for it. */
  readonly action: string;
  /** When the block ends, in ms since 1970; null: not by itself. */
  readonly until: number | null;
  readonly evidence: StoryEvidence | null;
  readonly scanId: string | null;
  readonly proposalId: string | null;
}

/** One thing that happened to an address, at a time in ms since 1970. */
export type StoryEvent = LookedUp | Rechecked | Flipped | Proposed | Decided | Attempted | Acted;

/** Everything that happened to an address. */
export interface Story {
  /** Oldest first. */
  readonly events: readonly StoryEvent[];
  /** Older look-ups that are left out, and with them the questions about them on which nobody acted. */
  readonly earlierLookUps: number;
}

/** The block of an address that stands now. */
export interface StandingBlock {
  readonly since: number;
  /** Who approved it, as `User.id`; null: somebody wrote it into the file by hand. */
  readonly by: string | null;
  /** In ms since 1970; null: until removed. */
  readonly until: number | null;
  readonly reason: string | null;
  readonly proposalId: string | null;
  readonly scanId: string | null;
  /** Who asked for the scan that led to it, as `User.id`; null where none did. */
  readonly proposedFor: string | null;
  readonly evidence: StoryEvidence | null;
  /** To the message where it was decided. */
  readonly link: string | null;
}
