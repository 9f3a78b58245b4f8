import { onTestFinished } from "vitest";

import type { KeyConfig } from "../../src/config.ts";
import { openLog } from "../../src/log.ts";
import type { Ask, Dispatch } from "../../src/lookup/dispatch-context.ts";
import { createDispatch } from "../../src/lookup/dispatch.ts";
import { toKey, type Key } from "../../src/lookup/key.ts";
import { openLedger, type Ledger } from "../../src/lookup/ledger.ts";
import { openParks } from "../../src/lookup/parks.ts";
import { createPlaces } from "../../src/lookup/places.ts";
import type { LookUpOptions } from "../../src/lookup/work.ts";
import { NO_FACTS, type Answer, type Facts, type Indicator } from "../../src/model.ts";
import { openRecords, type Records } from "../../src/records/records.ts";
import { createMovedClock, type MovedClock } from "../moved-clock.ts";
import { temporaryFolder } from "../temporary-folder.ts";

export const MINUTE_MS = 60_000;

export const CLEAN: Facts = {
  ...NO_FACTS,
  stats: { malicious: 0, suspicious: 0, harmless: 60, undetected: 34, timeout: 0 },
};

export interface Asked {
  readonly value: string;
  readonly key: string;
  readonly at: number;
}

/** The look-up desk on real records and a clock that tests move; VirusTotal is what `ask` says it is. */
export interface Desk {
  readonly clock: MovedClock;
  readonly dispatch: Dispatch;
  readonly ledger: Ledger;
  readonly records: Records;
  readonly keys: readonly Key[];
  /** Every request, in the order in which it was sent. */
  readonly asked: Asked[];
  lookUp(value: string, options?: Partial<LookUpOptions>): Promise<Answer>;
  /** Moves the clock until all of them are answered. */
  finish(answers: readonly Promise<Answer>[], mostMs?: number): Promise<readonly Answer[]>;
}

export function key(number: number, limits: Partial<KeyConfig> = {}): KeyConfig {
  return {
    name: `VT_APIKEY${number}`,
    secret: `secret-${number}-of-a-test-key`,
    perMinute: 4,
    perDay: 500,
    perMonth: 15_500,
    ...limits,
  };
}

export async function openDesk(options: {
  keys?: readonly KeyConfig[];
  ask?: (indicator: Indicator, key: Key) => Promise<Facts | null>;
  /** What another process has found since a time. */
  found?: (indicator: Indicator, sinceMs: number) => Answer | null;
  reserve?: number;
  folder?: string;
  clock?: MovedClock;
}): Promise<Desk> {
  const clock = options.clock ?? createMovedClock();
  const records = await openRecords({ dataDir: options.folder ?? temporaryFolder() });
  const keys = (options.keys ?? [key(1)]).map(toKey);
  const parks = await openParks(records, clock, MINUTE_MS);
  const ledger = await openLedger({ records, clock, windowMs: MINUTE_MS, timeoutMs: 30_000 });
  const log = await openLog({ level: "silent", file: "", onProblem: () => undefined });
  const asked: Asked[] = [];
  const ask: Ask = async (indicator, key) => {
    asked.push({ value: indicator.value, key: key.name, at: clock.now() });
    return options.ask === undefined ? CLEAN : options.ask(indicator, key);
  };
  const dispatch = createDispatch({
    ask,
    places: (onFree) =>
      createPlaces({
        keys,
        ledger,
        parks,
        clock,
        away: () => null,
        windowMs: MINUTE_MS,
        interactiveReserve: options.reserve ?? 0,
        onFree,
      }),
    parks,
    clock,
    log,
    keep: async () => undefined,
    found: async (indicator, sinceMs) => options.found?.(indicator, sinceMs) ?? null,
  });
  onTestFinished(async () => {
    await dispatch.close();
    await records.destroy();
  });
  return {
    clock,
    dispatch,
    ledger,
    records,
    keys,
    asked,
    lookUp: async (value, given = {}) =>
      dispatch.lookUp(
        { kind: "ip", value },
        {
          lane: "list",
          listId: "list",
          patienceMs: Number.POSITIVE_INFINITY,
          signal: new AbortController().signal,
          ...given,
        },
      ),
    async finish(answers, mostMs = 3_600_000) {
      let isDone = false;
      const all = Promise.all(answers).finally(() => {
        isDone = true;
      });
      await clock.runUntil(() => isDone, mostMs);
      return all;
    },
  };
}

/** The most requests of one key in any window of the length of a minute. */
export function worstWindow(asked: readonly Asked[], key: string): number {
  const times = asked.filter((request) => request.key === key).map((request) => request.at);
  return Math.max(
    0,
    ...times.map((at) => times.filter((other) => other >= at && other < at + MINUTE_MS).length),
  );
}
