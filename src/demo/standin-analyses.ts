import type { Kind } from "../model.ts";
import { inventResults } from "./standin-engines.ts";

/** What was handed in to be analysed. Each needs three looks: queued, in progress, completed. */
export interface Analyses {
  /** The descriptor that answers a submission. */
  submit(submission: Submission): string;
  /** Null for an id that was never given out. */
  look(id: string): string | null;
}

interface Submission {
  readonly kind: Kind;
  /** A SHA-256. */
  readonly id: string;
  readonly nowMs: number;
  /** What the analysis is going to find. */
  readonly stats: Readonly<Record<string, number>>;
  /** The stand-in's own address, for `links.self`. */
  readonly url: string;
}

interface Analysis {
  readonly dateMs: number;
  readonly stats: Readonly<Record<string, number>>;
  looks: number;
}

const PREFIXES = { ip: "i", domain: "d", url: "u", hash: "f" } satisfies Record<Kind, string>;
const STATES = ["queued", "in-progress", "completed"] as const;
const LAST_STATE = STATES.length - 1;

export function createAnalyses(): Analyses {
  const analyses = new Map<string, Analysis>();
  return {
    submit({ kind, id, nowMs, stats, url }) {
      const analysisId = `${PREFIXES[kind]}-${id}-${Math.floor(nowMs / 1000)}`;
      analyses.set(analysisId, { dateMs: nowMs, stats, looks: 0 });
      const links = { self: `${url}/analyses/${analysisId}` };
      return JSON.stringify({ data: { type: "analysis", id: analysisId, links } }, null, 4);
    },
    look(id) {
      const analysis = analyses.get(id);
      if (analysis === undefined) return null;
      const state = Math.min(analysis.looks, LAST_STATE);
      analysis.looks += 1;
      const isDone = state === LAST_STATE;
      const attributes = {
        date: Math.floor(analysis.dateMs / 1000),
        status: STATES[state],
        stats: isDone
          ? analysis.stats
          : Object.fromEntries(Object.keys(analysis.stats).map((key) => [key, 0])),
        results: isDone ? inventResults(analysis.stats, 0) : {},
      };
      return JSON.stringify({ data: { id, type: "analysis", attributes } }, null, 4);
    },
  };
}
