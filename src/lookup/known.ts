import type { Log } from "../log.ts";
import type { Answer, Indicator } from "../model.ts";
import type { Cache, Known } from "./cache.ts";
import { readOldCache } from "./old-cache.ts";

/**
 * What earlier look-ups found, in the order of `indicators`; null where VirusTotal is to be asked.
 * With `old`, verdicts of any age count, those of an undated `vt_cache.json` too.
 */
export async function readKnown(
  tools: { readonly cache: Cache; readonly log: Log },
  indicators: readonly Indicator[],
  { old }: { readonly old: boolean },
): Promise<readonly (Answer | null)[]> {
  const known = await tools.cache.getMany(indicators);
  if (!old) return known.map((row) => (row === undefined || row.isOld ? null : toAnswer(row)));
  const undated = await readOldCache(tools.log);
  return indicators.map((indicator, at) => {
    const row = known[at];
    if (row !== undefined) return toAnswer(row);
    const facts = undated.find(indicator);
    return facts === null ? null : toAnswer({ facts, checkedAt: null });
  });
}

/** What was found since `sinceMs`, by this process or another one that shares the cache; null when nothing was. */
export async function readFoundSince(
  cache: Cache,
  indicator: Indicator,
  sinceMs: number,
): Promise<Answer | null> {
  const [row] = await cache.getMany([indicator]);
  return row === undefined || row.checkedAt < sinceMs ? null : toAnswer(row);
}

function toAnswer({ facts, checkedAt }: Pick<Known, "facts"> & { checkedAt: number | null }): Answer {
  return { outcome: "answered", facts, checkedAt, cached: true };
}
