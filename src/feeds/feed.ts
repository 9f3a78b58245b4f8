import type { BlockEvidence } from "../block-model.ts";
/** One address or network of the list. Of lines that a person wrote nothing else is known. */
export interface FeedEntry {
  /** Canonical: `192.0.2.7`, or `192.0.2.0/24` for a network. */
  readonly ip: string;
  /** In ms since 1970, as `until`. */
  readonly since: number | null;
  /** When the block ends; null: not by itself. */
  readonly until: number | null;
  /** Who approved it, as `User.id`. */
  readonly by: string | null;
  readonly reason: string | null;
  readonly scanId: string | null;
  readonly evidence: BlockEvidence | null;
}

/** What of a feed can be chosen. */
export interface FeedOptions {
  /** Who, when and why in comments, where the format has comments. */
  readonly comments: boolean;
  /** Rules that drop what is listed, where a file of the format can hold them. */
  readonly rules: boolean;
}

/** A format that firewalls and others read. */
export interface Feed {
  readonly name: string;
  /** As HTTP says it. */
  readonly contentType: string;
  /** Of a file's name, without the dot. */
  readonly extension: string;
  readonly hasComments: boolean;
  readonly hasRules: boolean;
  /** Whether it says who, when and why, even without comments. */
  readonly isDetailed: boolean;
  /** Whether an entry may lie within another one. */
  readonly mayOverlap: boolean;
  /**
   * The file, in whole lines. Entries come distinct and sorted by address, IPv4 first, and nothing else decides what
   * is written: the same entries give the same bytes.
   */
  write(entries: AsyncIterable<FeedEntry>, options: FeedOptions): AsyncIterable<string>;
}

/** Whether an entry is IPv6. */
export function isV6({ ip }: FeedEntry): boolean {
  return ip.includes(":");
}
