import type { Extraction } from "../contract.ts";
import type { Indicator, Piece, Plan } from "../model.ts";
import { toItems } from "../scans/items.ts";
import { sumUp } from "../scans/results.ts";
import { timeLeft } from "../scans/time-left.ts";
import type { Tools } from "./tools.ts";

/** What a scan of this would cost now. Spends nothing. */
export async function planOf(
  tools: Tools,
  extraction: Extraction,
  options: { fresh: boolean },
): Promise<Plan> {
  const items = toItems(extraction.pieces, tools.config.urlLookup);
  const asked = items.flatMap(toAsked);
  const known = options.fresh ? [] : await tools.lookUps.known(asked, { old: false });
  const cached = known.filter((answer) => answer !== null).length;
  const indicators = items.filter((piece) => piece.indicator !== null).length;
  const toLookUp = asked.length - cached;
  const budget = await tools.lookUps.budget();
  return {
    indicators,
    cached,
    toLookUp,
    skipped: indicators - asked.length,
    rejected: items.length - indicators,
    durationMs: timeLeft(toLookUp, budget),
    budget,
  };
}

function toAsked(piece: Piece): Indicator[] {
  return piece.indicator === null || piece.skipped !== null ? [] : [piece.indicator];
}

/** What is left of a scan that goes on: what it knows already counts as cached. */
export async function planOfScan(tools: Tools, scanId: string): Promise<Plan> {
  const { summary, open } = await sumUp(tools.records, scanId, { requests: 0, elapsedMs: 0 });
  const skipped = summary.skipped - open;
  const budget = await tools.lookUps.budget();
  return {
    indicators: summary.indicators,
    cached: summary.indicators - skipped - open,
    toLookUp: open,
    skipped,
    rejected: summary.rejected,
    durationMs: timeLeft(open, budget),
    budget,
  };
}
