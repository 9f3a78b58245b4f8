/** What VirusTotal can be asked about. IPv4 and IPv6 are both `ip`; MD5, SHA-1 and SHA-256 are all `hash`. */
export type Kind = "ip" | "domain" | "url" | "hash";

/**
 * One thing to check, in canonical form: lower-case, punycode, no trailing dot, IPv6 per RFC 5952,
 * a URL as the WHATWG parser serialises it (without user and password), hashes lower-case.
 */
export interface Indicator {
  readonly kind: Kind;
  readonly value: string;
}

/**
 * One distinct finding of the intake, where it stood first. Exactly one of three:
 * an indicator to look up; an indicator that is never sent (`skipped` says why);
 * or text that looks like an indicator and is none (`rejected` says why, `indicator` is null).
 */
export interface Piece {
  /** As it was written, defanged or not. */
  readonly input: string;
  /** UTF-16 units from the start of the text. */
  readonly offset: number;
  readonly indicator: Indicator | null;
  readonly rejected: string | null;
  readonly skipped: string | null;
  /** How often it was found in the text, 1 or more. */
  readonly count: number;
  /** `url` when every finding of this host was the host of a URL, so that the URL can stand for it. */
  readonly from: "text" | "url";
}

/** VirusTotal's count of engines by category. The categories vary; the total is the sum of all of them. */
export type EngineStats = Readonly<Record<string, number>>;

/** What reports use of VirusTotal's answer on one indicator. Absent data is null, never a guess. */
export interface Facts {
  /** Null when VirusTotal knows the object and has no analysis of it. */
  readonly stats: EngineStats | null;
  /** Names of the engines that flagged it, in alphabetical order, with their category. */
  readonly flaggedBy: readonly { readonly engine: string; readonly category: string }[];
  readonly owner: string | null;
  readonly asn: number | null;
  readonly country: string | null;
  readonly network: string | null;
  readonly reputation: number | null;
  readonly tags: readonly string[];
  /** When VirusTotal last analysed it, in ms since 1970. */
  readonly analysedAt: number | null;
}

/** The facts of an object of which nothing is said. */
export const NO_FACTS: Facts = {
  stats: null,
  flaggedBy: [],
  owner: null,
  asn: null,
  country: null,
  network: null,
  reputation: null,
  tags: [],
  analysedAt: null,
};

/** Why an indicator was not sent. `never`: on purpose, at every time; the others may be asked later. */
export type SkipCause = "never" | "over-budget" | "not-cached" | "cancelled";

/** The outcome of one look-up: what VirusTotal said, or why it said nothing. */
export type Answer =
  | {
      readonly outcome: "answered";
      /** Null when VirusTotal has no record (404). */
      readonly facts: Facts | null;
      /** When VirusTotal was asked, in ms since 1970; null for a verdict of unknown age. */
      readonly checkedAt: number | null;
      readonly cached: boolean;
    }
  | { readonly outcome: "failed"; readonly code: string; readonly reason: string }
  | { readonly outcome: "skipped"; readonly cause: SkipCause; readonly reason: string };

/** The word that a person reads. `rejected` is for text that is no indicator. */
export type Status = "unsafe" | "suspicious" | "clean" | "unknown" | "failed" | "skipped" | "rejected";

/** Which list an indicator stands on; whitelisted wins. `entry` is written as in the file. */
export type Listing =
  | { readonly list: "none"; readonly entry: null }
  | { readonly list: "whitelisted" | "blacklisted"; readonly entry: string };

/** One line of a report: a piece of input, its answer judged by today's rule, and the lists as they are now. */
export interface Result {
  readonly piece: Piece;
  readonly status: Status;
  /** Why it failed, was skipped or was rejected; null otherwise. */
  readonly reason: string | null;
  readonly facts: Facts | null;
  readonly checkedAt: number | null;
  readonly cached: boolean;
  /** True when the verdict is older than the cache allows, or of unknown age. */
  readonly old: boolean;
  readonly listing: Listing;
}

/** Sums of a report. `indicators` = unsafe + suspicious + clean + unknown + failed + skipped. */
export interface Summary {
  readonly indicators: number;
  readonly unsafe: number;
  readonly suspicious: number;
  readonly clean: number;
  readonly unknown: number;
  readonly failed: number;
  readonly skipped: number;
  readonly rejected: number;
  readonly cached: number;
  readonly requests: number;
  readonly elapsedMs: number;
}

/** When an answer counts as a detection, and how many make an indicator unsafe. */
export interface VerdictRule {
  /** Unsafe = more detections than this. */
  readonly unsafeAbove: number;
  /** The categories of `EngineStats` that count, such as `malicious` and `suspicious`. */
  readonly countAsDetection: readonly string[];
}

/** Time, so that tests can move it. */
export interface Clock {
  /** Ms since 1970. */
  now(): number;
  /** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** The same until a moment, in ms since 1970, also where the time is set meanwhile; left out, as long as it is until then now. */
  waitUntil?(at: number, signal?: AbortSignal): Promise<void>;
}

/** One key as a person may see it. Limits and what is left are null where there is no limit. */
export interface KeyQuota {
  /** The variable that holds it, and the key's last characters. */
  readonly name: string;
  readonly perMinute: number | null;
  readonly minuteLeft: number | null;
  readonly perDay: number | null;
  readonly usedToday: number;
  readonly perMonth: number | null;
  readonly usedThisMonth: number;
  /** Why it rests; null when it can be asked. */
  readonly parked: string | null;
  /** Until when it rests, in ms since 1970; null when it does not, or for good. */
  readonly parkedUntil: number | null;
  /** Why VirusTotal refused it in an earlier run; it is tried again by the next look-up. Null when it did not. */
  readonly refusedBefore: string | null;
}

/** What look-ups may be spent now, over all keys that can be asked. */
export interface Budget {
  /** Keys that can be asked. */
  readonly keys: number;
  /** Look-ups per window that a list may take; Infinity without a limit. */
  readonly listPlaces: number;
  readonly windowMs: number;
  /** Requests left until a budget begins anew; Infinity without a limit. */
  readonly left: number;
  /** When the next budget begins anew, in ms since 1970; null without a limit. */
  readonly renewsAt: number | null;
  /** Whether that is only the next month. */
  readonly isMonthUsed: boolean;
  /** What a whole day has; Infinity without a limit. */
  readonly perDay: number;
  /** What a whole month has; Infinity without a limit. */
  readonly perMonth: number;
}

/** What a scan would cost. */
export interface Plan {
  readonly indicators: number;
  readonly cached: number;
  readonly toLookUp: number;
  readonly skipped: number;
  readonly rejected: number;
  /** About how long it takes, budgets aside; Infinity when no key can be asked. */
  readonly durationMs: number;
  readonly budget: Budget;
}
