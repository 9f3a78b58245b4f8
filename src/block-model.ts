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

/** What became of earlier blocks of an address that is proposed again. */
export interface PastBlock {
  readonly ip: string;
  /** The newest block that ended by itself: when, and how long it was to last. A new one lasts at least twice as long. */
  readonly ended: { readonly at: number; readonly lifeMs: number } | null;
  /** Who took it off the list within the last 30 days, as `User.id`, and why; null for `by`: somebody by hand. */
  readonly letGo: { readonly at: number; readonly by: string | null; readonly reason: string | null } | null;
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

/** What became of a block that a digest asks about; `over`: it was taken out, by nobody where it ended by itself. */
export type DigestOutcome =
  | { readonly kind: "open" }
  | { readonly kind: "extended"; readonly by: string; readonly until: number | null }
  | { readonly kind: "let go"; readonly by: string }
  | { readonly kind: "over"; readonly by: string | null; readonly at: number };

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
  readonly outcome: DigestOutcome;
}

/** A listed address whose verdict went over to or from unsafe. */
export interface DigestFlip {
  readonly ip: string;
  readonly scanId: string;
  readonly list: "blacklisted" | "whitelisted";
  readonly before: Status;
  readonly after: Status;
}

/** A block as the list of blocks shows it. */
export interface BlockNote {
  readonly ip: string;
  readonly since: number;
  /** As `User.id`; null: somebody wrote it into the file by hand. */
  readonly by: string | null;
  readonly until: number | null;
}
