import type {
  BlockNote,
  Decision,
  DigestEntry,
  DigestFlip,
  PastBlock,
  ProposalContent,
} from "./block-model.ts";
import type { Guard } from "./lists/guard.ts";
import type { ListLine } from "./lists/list-line.ts";
import type { StandingBlock, Story } from "./lists/story-event.ts";
import type { KeyQuota, Plan, Result, Status, Summary, VerdictRule } from "./model.ts";
import type { Progress, ScanSums } from "./scans/scan.ts";

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

/** A verdict of an address on a list that went over to or from unsafe. */
export interface VerdictFlip {
  readonly ip: string;
  readonly list: "blacklisted" | "whitelisted";
  /** The list's entry, as it was written. */
  readonly entry: string;
  /** Its line now; null: it is gone from the list since. */
  readonly line: number | null;
  /** With the score, such as `9/90`, where there is one. */
  readonly before: { readonly status: Status; readonly score: string | null };
  readonly after: { readonly status: Status; readonly score: string | null };
}

/** The flips of one scan. */
export interface Flips {
  readonly count: number;
  /** The first of them, those about which somebody may want to do something before the others. */
  readonly shown: readonly VerdictFlip[];
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
  /** What changed about listed addresses since they were asked before. */
  | { readonly kind: "flips"; readonly scanId: string; readonly flips: Flips }
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
  /** Why none of a scan's unsafe addresses can be blocked. */
  | { readonly kind: "nothing-to-block"; readonly scanId: string; readonly content: ProposalContent }
  | {
      readonly kind: "decision";
      readonly proposalId: string;
      readonly scanId: string;
      readonly decision: Decision;
    }
  /** To who came second: what was decided before; `isTheirs`: by themselves. */
  | { readonly kind: "too-late"; readonly decision: Decision; readonly isTheirs: boolean }
  /** The second question of an approval of many. */
  | {
      readonly kind: "confirmation";
      readonly deed: "block" | "extend";
      readonly action: string;
      readonly count: number;
      readonly most: number;
    }
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
  /** What a channel is told once a day of the blocks that were approved in it. */
  | {
      readonly kind: "digest";
      readonly digestId: string;
      readonly at: number;
      /** The blocks that end soon, still unsafe or not looked up again: about these approvers decide. */
      readonly asked: readonly DigestEntry[];
      /** Those that are unsafe no longer. */
      readonly calm: readonly DigestEntry[];
      readonly flips: readonly DigestFlip[];
      readonly hasApprovers: boolean;
      /** How long **Extend** lets them stay on. */
      readonly extendDays: number;
    }
  /** The form behind **Choose…** of a digest. */
  | {
      readonly kind: "extension-choice";
      readonly digestId: string;
      /** Those that can be decided. */
      readonly open: readonly DigestEntry[];
      readonly extendDays: number;
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
      readonly block: StandingBlock | null;
      readonly protectedBy: ListLine | null;
      readonly guard: Guard | null;
      /** How many scans it came up in. */
      readonly seenIn: number;
      readonly story: Story;
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
