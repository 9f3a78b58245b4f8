import type { Config } from "../config.ts";
import type { Log } from "../log.ts";
import type { Answer, Budget, Clock, Indicator, KeyQuota } from "../model.ts";
import type { Records } from "../records/records.ts";
import { readBudget, readQuota, type BudgetTools } from "./budget.ts";
import { openCache, type Cache } from "./cache.ts";
import { createDispatch, type Dispatch } from "./dispatch.ts";
import { toKey } from "./key.ts";
import { openLedger } from "./ledger.ts";
import { openParks } from "./parks.ts";
import { createPlaces, type Closure } from "./places.ts";
import { createVirusTotal } from "./virustotal.ts";
import type { LookUp } from "./work.ts";

/** The one way to VirusTotal: what is known is not asked, what is under way is shared, the rest waits its turn for a key. */
export interface LookUps {
  readonly lookUp: LookUp;
  /** What the cache knows, in the order of `indicators`; null where VirusTotal is to be asked. With `old`, verdicts of any age. */
  known(indicators: readonly Indicator[], options: { readonly old: boolean }): Promise<readonly (Answer | null)[]>;
  quota(): Promise<readonly KeyQuota[]>;
  budget(): Promise<Budget>;
  /** Requests that this process has sent. */
  requests(): number;
  /** Why nothing moves at the moment, or null. */
  closure(): Closure | null;
  close(): Promise<void>;
}

/** More connections than places would never be used; without a limit this many are open at once. */
const MOST_CONNECTIONS = 64;

/** Opens cache and ledger of the data folder. Sends nothing. */
export async function openLookUps(tools: {
  readonly config: Config;
  readonly records: Records;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<LookUps> {
  const { config, records, clock, log } = tools;
  const { windowMs, timeoutMs, interactiveReserve } = config;
  const keys = config.keys.map(toKey);
  const parks = await openParks(records, clock, windowMs);
  const ledger = await openLedger({ records, clock, windowMs, timeoutMs });
  const cache = await openCache({ ...config, clock, log });
  const virustotal = createVirusTotal({ url: config.vtUrl, timeoutMs, clock, connections: MOST_CONNECTIONS });
  const dispatch = createDispatch({
    ask: async (indicator, key, signal) => virustotal.ask(indicator, key.secret, signal),
    places: (onFree) => createPlaces({ keys, ledger, parks, clock, windowMs, interactiveReserve, onFree }),
    parks,
    clock,
    log,
    keep: async (indicator, facts, checkedAt) => cache.set(indicator, facts, checkedAt),
    found: async (indicator, sinceMs) => foundSince(cache, indicator, sinceMs),
  });
  return { ...ways(dispatch, cache, { keys, ledger, parks, windowMs, interactiveReserve }), close };

  async function close(): Promise<void> {
    await dispatch.close();
    await virustotal.close();
    await cache.close();
  }
}

function ways(dispatch: Dispatch, cache: Cache, budget: BudgetTools): Omit<LookUps, "close"> {
  return {
    lookUp: dispatch.lookUp,
    async known(indicators, { old }) {
      const known = await cache.getMany(indicators);
      return known.map((row) => (row === undefined || (row.isOld && !old) ? null : { outcome: "answered", cached: true, ...row }));
    },
    quota: async () => readQuota(budget),
    budget: async () => readBudget(budget),
    requests: dispatch.requests,
    closure: dispatch.closure,
  };
}

async function foundSince(cache: Cache, indicator: Indicator, sinceMs: number): Promise<Answer | null> {
  const [row] = await cache.getMany([indicator]);
  if (row === undefined || row.checkedAt === null || row.checkedAt < sinceMs) return null;
  return { outcome: "answered", facts: row.facts, checkedAt: row.checkedAt, cached: true };
}
