import type { Guard } from "./lists/guard.ts";
import type { ListLine } from "./lists/list-line.ts";
import type { Status } from "./model.ts";

/** One address of a proposal, with what speaks for blocking it. */
export interface Candidate {
  readonly ip: string;
  readonly detections: number;
  readonly total: number;
  readonly engines: readonly string[];
  readonly owner: string | null;
  readonly asn: number | null;
  readonly country: string | null;
}

/** An address that is left out, and the list's line because of which. */
export interface ProtectedAddress {
  readonly ip: string;
  readonly by: ListLine;
}

/** An address that is left out because it is our own, or strangers share it. */
export interface SparedAddress {
  readonly ip: string;
  readonly by: Guard;
}

/** What approving would do now. Every unsafe address of the scan is in exactly one of the four. */
export interface ProposalContent {
  readonly toBlock: readonly Candidate[];
  readonly listed: readonly string[];
  readonly protectedOnes: readonly ProtectedAddress[];
  readonly spared: readonly SparedAddress[];
}

/** Who took an address off the list before its time. */
export type LetGoBy =
  | { readonly kind: "whitelist" | "hand" }
  | { readonly kind: "person"; readonly id: string };

/** What became of earlier blocks of an address that is proposed again. */
export interface PastBlock {
  readonly ip: string;
  /** The newest block that ended by itself: when, and how long it was to last. A new one lasts at least twice as long. */
  readonly ended: { readonly at: number; readonly lifeMs: number } | null;
  /** Who took it off the list within the last 30 days, and why. */
  readonly letGo: {
    readonly at: number;
    readonly by: LetGoBy;
    readonly reason: string | null;
  } | null;
}

/** What a person decided about a proposal. */
export interface Decision {
  readonly state: "blocked" | "dismissed" | "undone" | "expired";
  /** As `User.id`; null when nobody did (expired). */
  readonly by: string | null;
  readonly at: number;
  readonly added: readonly string[];
  readonly listed: readonly string[];
  readonly protectedOnes: readonly ProtectedAddress[];
  readonly spared: readonly SparedAddress[];
  /** Unsafe addresses that the person did not tick. */
  readonly leftOut: readonly string[];
  /** Those that were extended since, and until when; null: until removed. */
  readonly extended: readonly { readonly ip: string; readonly until: number | null }[];
  /** Those added that end later than `until`, since a block of theirs ended before. */
  readonly longer: readonly { readonly ip: string; readonly until: number }[];
  readonly reason: string | null;
  /** When the block ends, in ms since 1970; null: not by itself. */
  readonly until: number | null;
  readonly undoneBy: string | null;
  readonly undoneAt: number | null;
  /** What the undoing took out. */
  readonly removed: readonly string[];
}

/** What became of a block that a digest asks about. */
export type DigestOutcome =
  | { readonly kind: "open" }
  | { readonly kind: "extended"; readonly by: string; readonly until: number | null }
  | { readonly kind: "let go"; readonly by: string }
  /** It was taken out without that: by itself, by the whitelist, in the file, or by a person (`User.id`). */
  | { readonly kind: "over"; readonly by: OverBy; readonly at: number };

/** What took a block out that nobody had decided about. */
export type OverBy = LetGoBy | { readonly kind: "end" };

/** What would keep an address from being proposed now. */
export type Kept =
  | { readonly kind: "whitelist"; readonly line: ListLine }
  | { readonly kind: "guard"; readonly guard: Guard };

/** A block in a digest. */
export interface DigestEntry {
  readonly blockId: number;
  readonly ip: string;
  /** When it was to end. */
  readonly until: number;
  /** Who approved it, as `User.id`. */
  readonly approvedBy: string;
  /** What was found when it was looked up again; null: no request was spare. */
  readonly found: { readonly status: Status; readonly detections: number; readonly total: number } | null;
  /** What it was blocked on. */
  readonly evidence: { readonly detections: number; readonly total: number } | null;
  /** Who asked for the scan on which it was proposed, as `User.id`. */
  readonly proposedFor: string | null;
  /** Why it is not to stay on, whatever was found; null: nothing speaks against it. */
  readonly kept: Kept | null;
  readonly outcome: DigestOutcome;
}

/** A listed address whose verdict went over to or from unsafe. */
export interface DigestFlip {
  readonly ip: string;
  readonly scanId: string;
  readonly list: "blacklisted" | "whitelisted";
  readonly before: Status;
  readonly after: Status;
  /** Whether it still stands on that list. */
  readonly isListed: boolean;
}

/** A block as the list of blocks shows it. */
export interface BlockNote {
  readonly ip: string;
  readonly since: number;
  /** As `User.id`; null: somebody wrote it into the file by hand. */
  readonly by: string | null;
  readonly until: number | null;
}

/** What spoke for a block when it was made, as far as it was written down; null where nothing was. */
export interface BlockEvidence {
  readonly detections: number | null;
  readonly total: number | null;
  readonly engines: readonly string[];
  readonly owner: string | null;
  readonly asn: number | null;
  readonly country: string | null;
  /** To the message where it was decided. */
  readonly link: string | null;
}
