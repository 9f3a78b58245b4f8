import { wordGuard } from "../cards/left-out.ts";
import type { ImportOutcome, Refusal } from "./import-judgement.ts";

/** Why an entry was refused, as programs read it. */
export type ImportCause =
  | "no-address"
  | "wider-than-one"
  | "reserved"
  | "repeated"
  | "whitelisted"
  | "own-network"
  | "shared-infrastructure"
  | "overtaken";

/** How a list is to be imported. */
export interface ImportOptions {
  /** Null: the file's name. */
  readonly reason: string | null;
  /** Only tells what would become of each entry. */
  readonly isDryRun: boolean;
  /** Whether more than MAX_BLOCKS_PER_APPROVAL are meant. */
  readonly isSure: boolean;
  /** Who sits at the machine. */
  readonly user: string;
}

/** What became of one entry of the file. `ip` in canonical form; null: it is no single address. */
export interface ImportRecord {
  /** From 1. */
  readonly line: number;
  readonly entry: string;
  readonly ip: string | null;
  readonly outcome: "taken" | "listed" | "refused";
  /** Null for what is not refused, as `reason`, which is for people. */
  readonly cause: ImportCause | null;
  readonly reason: string | null;
}

/** What an import did, or would do. */
export interface ImportReport {
  /** Of the file. */
  readonly name: string;
  /** In the order of the file. */
  readonly records: readonly ImportRecord[];
  readonly taken: number;
  readonly listed: number;
  readonly refused: Readonly<Partial<Record<ImportCause, number>>>;
  /** `unsure`: more than `most`, to be asked once more. Only `done` may have changed anything. */
  readonly state: "done" | "dry-run" | "unsure";
  /** MAX_BLOCKS_PER_APPROVAL. */
  readonly most: number;
  /** When the blocks end, in ms since 1970; null: not by themselves. */
  readonly until: number | null;
}

/** The outcomes with their sums. */
export function toImportReport(
  outcomes: readonly ImportOutcome[],
  about: Pick<ImportReport, "name" | "state" | "most" | "until">,
): ImportReport {
  const records = outcomes.map(toRecord);
  const refused: Partial<Record<ImportCause, number>> = {};
  for (const { cause } of records) if (cause !== null) refused[cause] = (refused[cause] ?? 0) + 1;
  const countOf = (wanted: ImportRecord["outcome"]) =>
    records.filter(({ outcome }) => outcome === wanted).length;
  return { ...about, records, taken: countOf("taken"), listed: countOf("listed"), refused };
}

function toRecord(outcome: ImportOutcome): ImportRecord {
  const { line, entry, ip } = outcome;
  if (outcome.outcome !== "refused") {
    return { line, entry, ip, outcome: outcome.outcome, cause: null, reason: null };
  }
  const { refusal } = outcome;
  return { line, entry, ip, outcome: "refused", cause: toCause(refusal), reason: toReason(refusal) };
}

function toCause(refusal: Refusal): ImportCause {
  if (refusal.cause !== "guarded") return refusal.cause;
  return refusal.by.kind === "own" ? "own-network" : "shared-infrastructure";
}

function toReason(refusal: Refusal): string {
  switch (refusal.cause) {
    case "no-address":
      return refusal.isGlued ? "no address: two may have run together on one line" : "no address";
    case "wider-than-one":
      return "more than one address: only single addresses are blocked";
    case "reserved":
      return refusal.reason;
    case "repeated":
      return `twice in the file, first in line ${refusal.firstLine}`;
    case "whitelisted":
      return `whitelisted by "${refusal.by.entry}", line ${refusal.by.line} of the whitelist`;
    case "guarded":
      return wordGuard(refusal.by);
    case "overtaken":
      return "listed, or protected, since it was looked at";
  }
}
