import type { Indicator, Piece } from "../model.ts";
import type { Judgement } from "./judgement.ts";

/** Collects what is found in one text, each distinct indicator and each distinct rejected text once. */
export interface Findings {
  /** Takes the judgement on the text between two offsets; findings come in the order of their offsets. */
  add(start: number, end: number, judgement: Judgement, from: Piece["from"]): void;
  /** In order of first appearance. */
  pieces(): Piece[];
  /** Distinct indicators so far, those that are never sent included. */
  indicators(): number;
}

interface Finding {
  readonly input: string;
  readonly offset: number;
  readonly indicator: Indicator | null;
  readonly rejected: string | null;
  readonly skipped: string | null;
  count: number;
  from: Piece["from"];
}

/** Starts with nothing found in `text`. */
export function createFindings(text: string): Findings {
  const byValue = new Map<string, Finding>();
  const byRejectedInput = new Map<string, Finding>();
  const found: Finding[] = [];

  function count(known: Finding, from: Piece["from"]): void {
    known.count += 1;
    if (from === "text") known.from = "text";
  }

  return {
    add(offset, end, judgement, from) {
      if (judgement.is === "indicator") {
        const known = byValue.get(judgement.value);
        if (known !== undefined) return count(known, from);
        const { kind, value, skipped } = judgement;
        const input = text.slice(offset, end);
        const finding: Finding = {
          input,
          offset,
          indicator: { kind, value },
          rejected: null,
          skipped,
          count: 1,
          from,
        };
        byValue.set(value, finding);
        found.push(finding);
        return;
      }
      const input = text.slice(offset, end);
      const known = byRejectedInput.get(input);
      if (known !== undefined) return count(known, from);
      const finding: Finding = {
        input,
        offset,
        indicator: null,
        rejected: judgement.reason,
        skipped: null,
        count: 1,
        from,
      };
      byRejectedInput.set(input, finding);
      found.push(finding);
    },
    pieces: () => found,
    indicators: () => byValue.size,
  };
}
