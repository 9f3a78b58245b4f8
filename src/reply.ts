import type { Guard } from "./lists/guard.ts";
import type { ListLine } from "./lists/list-line.ts";
import type { KeyQuota, Plan, Result, Summary, VerdictRule } from "./model.ts";
import type { AuditRow } from "./records/audit-trail.ts";
import type { Progress, ScanSums } from "./scans/scan.ts";
import type { Sighting } from "./scans/sightings.ts";

/** Which scan a message is about. */
export interface ScanHead {
  readonly scanId: string;
  /** Who asked, as `User.id`. */
  readonly requestedBy: string;
  /** `1.2.3.4`, `list.xlsx`, or how many messages and files. */
  readonly source: string;
  /** Sentences about input that could not be read, or of which only a part was. */
  readonly notes: readonly string[];
}

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

/** A block as the list of blocks shows it. */
export interface BlockNote {
  readonly ip: string;
  readonly since: number;
  /** As `User.id`; null: somebody wrote it into the file by hand. */
  readonly by: string | null;
  readonly until: number | null;
}

/** One scan in a list, with a link to its conversation where it has one. */
export interface ScanNote {
  readonly sums: ScanSums;
  readonly link: string | null;
}

/** Everything that the core says: data, no words (`card.ts` has them). */
export type Reply =
  | { readonly kind: "help" }
  /** A sentence that is safe to show. */
  | {
      readonly kind: "notice";
      readonly tone: "info" | "problem";
      readonly text: string;
      /** Ids of users and groups that stand in the text, to be shown as the people they are. Left out: none. */
      readonly people?: readonly string[];
    }
  | { readonly kind: "plan"; readonly head: ScanHead; readonly plan: Plan; readonly at: number }
  | {
      readonly kind: "progress";
      readonly head: ScanHead;
      readonly progress: Progress;
      readonly cached: number;
      readonly toLookUp: number;
    }
  | {
      readonly kind: "report";
      readonly head: ScanHead;
      readonly state: "done" | "cancelled";
      readonly summary: Summary;
      /** The first of the unsafe, or the only row of a scan of one. */
      readonly first: readonly Result[];
      /** The oldest analysis among those that have one, in ms since 1970. */
      readonly oldestAnalysisAt: number | null;
      readonly rule: VerdictRule;
      /** Now, to tell ages by. */
      readonly at: number;
    }
  | {
      readonly kind: "rows";
      readonly scanId: string;
      readonly rows: readonly Result[];
      readonly page: number;
      readonly pages: number;
      /** Rows that are in the file only. */
      readonly inFileOnly: number;
      readonly rule: VerdictRule;
      readonly at: number;
    }
  /** A file of this machine, to be read when it is sent; gone some time after. */
  | { readonly kind: "file"; readonly name: string; readonly path: string; readonly text: string }
  | {
      readonly kind: "proposal";
      readonly proposalId: string;
      readonly scanId: string;
      readonly content: ProposalContent;
      readonly past: readonly PastBlock[];
      /** Whether anybody may approve; without approvers there are no buttons. */
      readonly hasApprovers: boolean;
      readonly requestedBy: string;
      readonly isFourEyes: boolean;
      readonly blockDays: number;
    }
  | {
      readonly kind: "decision";
      readonly proposalId: string;
      readonly scanId: string;
      readonly decision: Decision;
    }
  /** To who came second: what was decided before; `isTheirs`: by themselves. */
  | { readonly kind: "too-late"; readonly decision: Decision; readonly isTheirs: boolean }
  /** The second question of an approval of many. */
  | { readonly kind: "confirmation"; readonly action: string; readonly count: number; readonly most: number }
  /** The second question of an undoing that takes more than half of the list out. */
  | {
      readonly kind: "removal-confirmation";
      readonly action: string;
      readonly count: number;
      readonly listed: number;
    }
  /** The form behind **Choose…**. */
  | {
      readonly kind: "choice";
      readonly proposalId: string;
      readonly content: ProposalContent;
      readonly past: readonly PastBlock[];
      readonly blockDays: number;
    }
  | { readonly kind: "quota"; readonly keys: readonly KeyQuota[]; readonly at: number }
  | {
      readonly kind: "cost";
      readonly plan: Plan;
      readonly askedBy: string;
      readonly at: number;
      /** Sentences about input that could not be read. Left out: none. */
      readonly notes?: readonly string[];
    }
  | {
      readonly kind: "why";
      readonly askedBy: string;
      readonly ip: string;
      readonly blocked: ListLine | null;
      readonly block: BlockNote | null;
      readonly protectedBy: ListLine | null;
      readonly guard: Guard | null;
      readonly sightings: { readonly count: number; readonly newest: readonly Sighting[] };
      readonly acts: readonly AuditRow[];
    }
  | {
      readonly kind: "block-list";
      readonly askedBy: string;
      readonly count: number;
      readonly whitelisted: number;
      readonly newest: readonly BlockNote[];
      readonly endingSoon: readonly BlockNote[];
      readonly at: number;
    }
  | {
      readonly kind: "unblocked";
      readonly askedBy: string;
      readonly ip: string;
      readonly reason: string | null;
    }
  | {
      readonly kind: "scans";
      readonly askedBy: string;
      readonly scans: readonly ScanNote[];
      readonly at: number;
    }
  | {
      readonly kind: "overview";
      readonly keys: readonly KeyQuota[];
      readonly running: readonly ScanNote[];
      readonly blocks: readonly BlockNote[];
      readonly at: number;
    };
