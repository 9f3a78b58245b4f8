import { setMaxListeners } from "node:events";

import type { Clock } from "../model.ts";
import { toPool } from "./budget.ts";
import { endsAtMidnight } from "./calendar.ts";
import type { Key } from "./key.ts";
import { sparePlaces, type Lane, type Pool, type Wanted } from "./ledger-rows.ts";
import type { Exhausted, Ledger } from "./ledger.ts";
import { createLimiter, type Limiter } from "./limiter.ts";
import type { Parks } from "./parks.ts";

/** One request that may be sent now. Exactly one of the two is to be called, once. */
export interface Place {
  readonly key: Key;
  /** Sends it. The result comes at once; the place itself is held until a window after the answer. */
  use<T>(call: () => Promise<T>): Promise<T>;
  /** Gives it back unsent. */
  giveBack(): Promise<void>;
}

/** Why there is no place, and until when. `until` is null when no key will ever have one: all are refused. */
export interface Closure {
  readonly until: number | null;
  readonly reason: string;
  /** What has to pass: the minute, a rest that VirusTotal asked for, or the day or month. */
  readonly kind: "window" | "rest" | "budget";
}

/** The places of all keys: who may ask VirusTotal now, and if nobody, from when on. */
export interface Places {
  /** Null where there is none now. `elsewhere`: another process asks about the same now. */
  take(wanted: Wanted): Promise<Place | null | "elsewhere">;
  /** When the next place for this lane comes free, as far as is known now. */
  closure(lane: Lane): Promise<Closure>;
  close(): void;
}

export interface PlacesOptions {
  readonly keys: readonly Key[];
  readonly ledger: Ledger;
  readonly parks: Parks;
  readonly clock: Clock;
  readonly windowMs: number;
  readonly interactiveReserve: number;
  /** What has to be there and cannot be reached, in a sentence; null: everything is there. */
  readonly away: () => string | null;
  /** Called whenever a place may have come free. */
  readonly onFree: () => void;
}

interface Gate {
  readonly key: Key;
  /** Null for a key without a window: Bottleneck starts only some 400 jobs a second. */
  readonly limiter: Limiter | null;
  /** Requests under way and places not yet free again. */
  held: number;
  /** Its day's or month's budget, once it was found used up. */
  exhausted: Exhausted | null;
}

interface Context extends PlacesOptions {
  readonly gates: readonly Gate[];
  readonly closing: AbortController;
}

/**
 * One Bottleneck a key, with as many places as its window has. A place is given back a window after the answer, not
 * after the start: a slow request may have arrived late, and the window counts at VirusTotal.
 */
export function createPlaces(options: PlacesOptions): Places {
  const gates = options.keys.map((key) => ({
    key,
    limiter: key.perMinute === 0 ? null : createLimiter(key.perMinute, options.clock),
    held: 0,
    exhausted: null,
  }));
  const context = { ...options, gates, closing: new AbortController() };
  setMaxListeners(0, context.closing.signal);
  return {
    take: async (wanted) => take(context, wanted),
    closure: async (lane) => closure(context, lane),
    close: () => context.closing.abort(),
  };
}

async function take(context: Context, wanted: Wanted): Promise<Place | null | "elsewhere"> {
  if (context.away() !== null) return null;
  await context.parks.learn();
  const open = context.gates.filter((gate) => restOf(context, gate) === null);
  const pool = poolOf(context, open);
  const room = await context.ledger.room(
    open.map(({ key }) => key),
    pool,
    wanted.lane,
  );
  const free = open.filter(
    ({ key, held }) => key.perMinute === 0 || (held < key.perMinute && room.has(key.id)),
  );
  for (const gate of free.toSorted((a, b) => loadOf(a) - loadOf(b))) {
    const request = await context.ledger.reserve(gate.key, wanted, pool);
    if (request === "elsewhere") return request;
    if (request !== null) return toPlace(context, gate, request);
    gate.exhausted = await context.ledger.exhausted(gate.key);
  }
  return null;
}

/** Keys without a window share the work by what is under way; a key with one, by how full its window is. */
function loadOf(gate: Gate): number {
  return gate.key.perMinute === 0 ? gate.held / 1e6 : gate.held / gate.key.perMinute;
}

function toPlace(context: Context, gate: Gate, request: number): Place {
  const { ledger, clock, windowMs, closing, onFree } = context;
  gate.held += 1;
  const free = () => {
    gate.held -= 1;
    onFree();
  };
  return {
    key: gate.key,
    async use(call) {
      const { limiter } = gate;
      if (limiter === null) return call().finally(free);
      return new Promise((resolve, reject) => {
        const job = limiter.run(async () => {
          await call().then(resolve, reject);
          await ledger.answered(request);
          await clock.wait(windowMs, closing.signal);
        });
        job.catch(reject).finally(free);
      });
    },
    async giveBack() {
      await ledger.release(gate.key, request);
      free();
    },
  };
}

/** The park or used-up budget that keeps a key from being asked now, or null. */
function restOf({ parks, clock }: Context, gate: Gate): Closure | null {
  const park = parks.of(gate.key);
  if (park !== null) return { ...park, kind: endsAtMidnight(park.until, clock.now()) ? "budget" : "rest" };
  if (gate.exhausted === null || !isStill(gate.exhausted, clock.now())) return null;
  const { budget, limit, until } = gate.exhausted;
  const reason = `all ${limit} requests of ${budget === "day" ? "today" : "this month"} are used`;
  return { until, reason, kind: "budget" };
}

const DAY_MS = 86_400_000;
/** Of the longest days and months: what ends later was found before the clock was set back over a midnight. */
const LONGEST_MS = { day: DAY_MS, month: 31 * DAY_MS } as const;

function isStill({ budget, until }: Exhausted, now: number): boolean {
  return until > now && until - now <= LONGEST_MS[budget];
}

function poolOf({ interactiveReserve }: Context, gates: readonly Gate[]): Pool {
  return toPool(
    gates.map((gate) => gate.key),
    interactiveReserve,
  );
}

async function closure(context: Context, lane: Lane): Promise<Closure> {
  const away = context.away();
  if (away !== null) return closedWhileAway(away, context.clock.now());
  const rests = context.gates.map((gate) => ({ gate, rest: restOf(context, gate) }));
  const pool = poolOf(
    context,
    rests.filter(({ rest }) => rest === null).map(({ gate }) => gate),
  );
  const windows = await context.ledger.windows(pool);
  const laneFreeAt = Math.max(
    lane === "person" ? 0 : placeFreeAt(windows.listsFreeAt, pool.listPlaces),
    lane === "spare" ? placeFreeAt(windows.spareFreeAt, sparePlaces(pool)) : 0,
  );
  const closures = rests.map(({ gate, rest }): Closure => {
    if (rest !== null) return rest;
    const freeAt =
      gate.key.perMinute === 0 ? 0 : placeFreeAt(windows.freeAt.get(gate.key.id) ?? [], gate.key.perMinute);
    return {
      until: Math.max(freeAt, laneFreeAt),
      reason: "all requests of this minute are used",
      kind: "window",
    };
  });
  return closures.reduce(
    (soonest, closure) => (untilOf(closure) < untilOf(soonest) ? closure : soonest),
    closures[0] ?? NO_KEYS,
  );
}

/** How soon it is tried again when something is away. */
export const AWAY_MS = 1000;

/** Nothing is asked without what tells how much may be asked, and what others have found. */
export function closedWhileAway(reason: string, now: number): Closure {
  return { until: now + AWAY_MS, reason, kind: "rest" };
}

const NO_KEYS: Closure = { until: null, reason: "no API key is set", kind: "rest" };

/** A refused key comes after one that is only waited for, however long. */
function untilOf({ until }: Closure): number {
  return until ?? Number.POSITIVE_INFINITY;
}

/** When one of `places` is free, given when each taken one comes free, soonest first. */
function placeFreeAt(freeAt: readonly number[], places: number): number {
  return freeAt.length < places ? 0 : (freeAt[freeAt.length - places] ?? 0);
}
