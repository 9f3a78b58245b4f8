import type { Config } from "../config.ts";
import type { Log } from "../log.ts";
import type { Answer, Budget, Clock, Indicator, KeyQuota } from "../model.ts";
import type { Records } from "../records/records.ts";
import { turn } from "../turn.ts";
import { readBudget, readQuota } from "./budget.ts";
import { openCache } from "./cache.ts";
import type { Activity, Ask } from "./dispatch-context.ts";
import { createDispatch } from "./dispatch.ts";
import { toKey } from "./key.ts";
import { readFoundSince, readKnown } from "./known.ts";
import { openLedger } from "./ledger.ts";
import { openParks } from "./parks.ts";
import { closedWhileAway, createPlaces, type Closure } from "./places.ts";
import type { VirusTotal } from "./virustotal.ts";
import type { LookUp } from "./work.ts";

/** The one way to VirusTotal: what is known is not asked, what is under way is shared, the rest waits its turn for a key. */
export interface LookUps {
  readonly lookUp: LookUp;
  /** What is known without asking, in the order of `indicators`; null where VirusTotal is to be asked. With `old`, of any age. */
  known(
    indicators: readonly Indicator[],
    options: { readonly old: boolean },
  ): Promise<readonly (Answer | null)[]>;
  /** Resolves when what is known can be read: false when it cannot after `mostMs`, or when `signal` aborts. */
  canRead(mostMs: number, signal: AbortSignal): Promise<boolean>;
  quota(): Promise<readonly KeyQuota[]>;
  budget(): Promise<Budget>;
  /** Why nothing moves at the moment, or null. */
  closure(): Closure | null;
  /** What look-ups are doing now, and have done since the start; `cached`: answers that needed none. */
  activity(): Activity & { readonly cached: number };
  close(): Promise<void>;
}

/**
 * So many connections are open at once where the keys have no limits, and lists then use all of theirs: people have
 * their own, so that nobody waits for the answer to a list's look-up first.
 */
const MOST_CONNECTIONS = { person: 16, list: 64 } as const;

type Line = keyof typeof MOST_CONNECTIONS;

/** Nothing is asked that another process may have found already. */
const CACHE_AWAY = "what others have found cannot be read (Redis is away)";
/** How often it is looked whether it is back. */
const LOOK_MS = 200;

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
  const budgetTools = { keys, ledger, parks, windowMs, interactiveReserve, clock };
  const virustotal = createLazyVirusTotal(config, clock);
  const dispatch = createDispatch({
    ask: virustotal.ask,
    places: (onFree) =>
      createPlaces({ ...budgetTools, away: () => (cache.isAway() ? CACHE_AWAY : null), onFree }),
    parks,
    clock,
    log,
    keep: async (indicator, facts, checkedAt) => cache.set(indicator, facts, checkedAt),
    found: async (indicator, sinceMs) => readFoundSince(cache, indicator, sinceMs),
  });
  let cached = 0;
  return {
    lookUp: dispatch.lookUp,
    async known(indicators, options) {
      const answers = await readKnown({ cache, log }, indicators, options);
      for (const answer of answers) if (answer !== null) cached += 1;
      return answers;
    },
    async canRead(mostMs, signal) {
      const giveUpAt = clock.now() + mostMs;
      while (cache.isAway() && clock.now() < giveUpAt && !signal.aborted) await clock.wait(LOOK_MS, signal);
      return !cache.isAway();
    },
    quota: async () => readQuota(budgetTools),
    budget: async () => readBudget(budgetTools),
    closure: () => dispatch.closure() ?? (cache.isAway() ? closedWhileAway(CACHE_AWAY, clock.now()) : null),
    activity: () => ({ ...dispatch.activity(), cached }),
    async close() {
      await dispatch.close();
      await virustotal.close();
      await cache.close();
    },
  };
}

/** The client is loaded with the first request: a scan that is all cached does without it. */
function createLazyVirusTotal(
  { vtUrl, timeoutMs }: Config,
  clock: Clock,
): { ask: Ask; close(): Promise<void> } {
  const clients: Partial<Record<Line, Promise<VirusTotal>>> = {};
  async function open(line: Line): Promise<VirusTotal> {
    const { createVirusTotal } = await import("./virustotal.ts");
    const options = { url: vtUrl, timeoutMs, clock, connections: MOST_CONNECTIONS[line] };
    if (line === "person") return createVirusTotal(options);
    return createVirusTotal({ ...options, beforeReading: async () => turn({ isPatient: true }) });
  }
  return {
    async ask(indicator, key, signal, lane) {
      const line = lane === "person" ? "person" : "list";
      const client = await (clients[line] ??= open(line));
      return client.ask(indicator, key.secret, signal);
    },
    async close() {
      for (const client of [clients.person, clients.list]) await (await client)?.close();
    },
  };
}
