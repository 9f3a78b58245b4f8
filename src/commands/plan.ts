import type { Extraction } from "../contract.ts";
import type { Indicator, Piece, Plan } from "../model.ts";
import { indicatorOf } from "../scans/item-rows.ts";
import { openItems } from "../scans/item-store.ts";
import { toItems } from "../scans/items.ts";
import { sumUp } from "../scans/results.ts";
import { timeLeft } from "../scans/time-left.ts";
import type { Tools } from "./tools.ts";

/** Open items that are asked of the cache at a time. */
const CHUNK = 500;

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

/** What a scan that waits to be started would cost now: nothing of it was asked of the cache yet. */
export async function planOfPlanned(tools: Tools, scanId: string): Promise<Plan> {
  const plan = await planOfScan(tools, scanId);
  let cached = 0;
  for (let rows = await next(0); rows.length > 0; rows = await next((rows.at(-1)?.position ?? 0) + 1)) {
    const indicators = rows.flatMap((row) => indicatorOf(row) ?? []);
    const known = await tools.lookUps.known(indicators, { old: false });
    cached += known.filter((answer) => answer !== null).length;
  }
  const toLookUp = plan.toLookUp - cached;
  return {
    ...plan,
    cached: plan.cached + cached,
    toLookUp,
    durationMs: timeLeft(toLookUp, plan.budget),
  };

  async function next(from: number) {
    return openItems(tools.records, scanId, from, CHUNK);
  }
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
