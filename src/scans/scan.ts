import type { UrlLookup } from "../config.ts";
import type { Closure } from "../lookup/places.ts";
import type { Summary } from "../model.ts";

/** How a scan is to be done. */
export interface ScanOptions {
  /** Ask VirusTotal even where the cache knows. */
  readonly fresh: boolean;
  /** Spend no request. */
  readonly cachedOnly: boolean;
  readonly urlLookup: UrlLookup;
}

/** Where a scan's input came from. */
export interface ScanSource {
  readonly name: string;
  /** Columns that were read because of their heading; empty: everything was read. */
  readonly columns: readonly string[];
  /** Findings in the text, repeats included. */
  readonly findings: number;
  /** Where its report goes, whole path; null for none. A run that goes on writes it there too. */
  readonly out: string | null;
  /** Sentences about input that could not be read. */
  readonly notes?: readonly string[];
}

/** One durable scan as its record says. `planned`: a person is to start it; `interrupted`: who worked on it is gone. */
export interface Scan {
  readonly id: string;
  readonly createdAt: number;
  readonly finishedAt: number | null;
  readonly state: "planned" | "running" | "interrupted" | "done" | "cancelled";
  readonly options: ScanOptions;
  readonly source: ScanSource;
  readonly requestedBy: string;
  /** Where it is reported; null for one of the command line. */
  readonly conversation: string | null;
  /** What all its runs took together. */
  readonly requests: number;
  readonly elapsedMs: number;
}

/** A scan's counts while it runs. */
export interface Progress {
  readonly scanId: string;
  readonly total: number;
  readonly done: number;
  readonly unsafe: number;
  /** About how long the rest takes; null when it is not known. */
  readonly leftMs: number | null;
  /** Why nothing moves at the moment, or null. */
  readonly closure: Closure | null;
}

/** A scan with its sums: what a list of scans and the end of one show. `open` items have no answer yet. */
export interface ScanSums {
  readonly scan: Scan;
  readonly summary: Summary;
  readonly open: number;
}
