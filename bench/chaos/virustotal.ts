import type { Fault } from "../../src/demo/standin.ts";
import { startStandin, type Standin } from "../../src/demo/standin.ts";
import type { Chance } from "./chance.ts";
import type { WorldClock } from "./world-clock.ts";

/** Small enough that lists meet every limit. */
export const PER_DAY = 300;
export const PER_MONTH = 800;
/** What the keys of the run may do. */
export const KEYS = [
  { secret: "chaos-key-one", perMinute: 24, perDay: PER_DAY, perMonth: PER_MONTH },
  { secret: "chaos-key-two", perMinute: 16, perDay: PER_DAY, perMonth: PER_MONTH },
] as const;
/** Longer than the program takes to start, so that it has to know what it asked before. */
export const WINDOW_MS = 5000;
export const TIMEOUT_MS = 2000;
/** So long a request is under way at least, and so may be cut off. */
const LATENCY_MS = 25;

const HOUR_MS = 3_600_000;
/** At this age the program asks anew what VirusTotal had no record of; it is six hours. */
const SHORTEST_CACHE_MS = 6 * HOUR_MS - 60_000;
/** A verdict is on disk 500 ms after the answer; a busy machine may take as long again. */
const ON_DISK_MS = 1000;
/** A request that left before its process was ended may come in after that. */
const ON_THE_WAY_MS = 300;

/** What goes wrong with some requests; `isSpoilt`: the program gets no verdict out of it. */
export interface Trouble {
  readonly fault: Fault;
  readonly isSpoilt: boolean;
}

/** One request about an indicator. */
interface Asked {
  readonly value: string;
  /** Of `performance.now`: when it came, and when it was answered. */
  readonly atMs: number;
  readonly answeredMs: number;
  /** By the clock of the world. */
  readonly worldMs: number;
  readonly isSpoilt: boolean;
}

/** A time within which something kept verdicts from being written down. */
export interface Gap {
  readonly why: "ended" | "disk full" | "away";
  readonly fromMs: number;
  readonly toMs: number;
}

/** VirusTotal, in which things go wrong. */
export interface TroubledVirusTotal {
  readonly standin: Standin;
  /** From now on this befalls a share of the requests, but not more than `most`. Null: nothing does. */
  befall(trouble: Trouble | null, share?: number, most?: number): void;
  /** How many requests something befell. */
  befallen(): number;
  /** When the last request came, of `performance.now`. */
  lastMs(): number;
  /**
   * Requests for what had been asked before, with no reason for it. `gaps`: when processes ended, or could not write.
   * `rechecked`: what was looked up again before its block ends.
   */
  unexplained(gaps: readonly Gap[], rechecked: ReadonlySet<string>): readonly string[];
}

export async function startVirusTotal(
  chance: Chance,
  clock: Pick<WorldClock, "now" | "peaks">,
): Promise<TroubledVirusTotal> {
  const asked: Asked[] = [];
  let current: { readonly trouble: Trouble; readonly share: number; left: number } | null = null;
  let befallen = 0;

  function draw(): Trouble | null {
    if (current === null || current.left === 0 || !chance.happens(current.share)) return null;
    current.left -= 1;
    befallen += 1;
    return current.trouble;
  }

  const standin = await startStandin({
    keys: Object.fromEntries(KEYS.map(({ secret, ...limits }) => [secret, limits])),
    windowMs: WINDOW_MS,
    clock,
    latencyMs: LATENCY_MS,
    fault(request) {
      const trouble = draw();
      const atMs = performance.now();
      const fault = trouble?.fault;
      const delayMs = typeof fault === "object" && "delayMs" in fault ? fault.delayMs : 0;
      const answeredMs = atMs + LATENCY_MS + delayMs;
      const isSpoilt = trouble?.isSpoilt ?? false;
      if (request.value !== null)
        asked.push({ value: request.value, atMs, answeredMs, worldMs: request.at, isSpoilt });
      return fault;
    },
  });
  return {
    standin,
    befall(trouble, share = 1, most = Number.POSITIVE_INFINITY) {
      current = trouble === null ? null : { trouble, share, left: most };
    },
    befallen: () => befallen,
    lastMs: () => asked.at(-1)?.atMs ?? 0,
    unexplained: (gaps, rechecked) =>
      unexplained(
        asked.filter(({ value }) => !rechecked.has(value)),
        (before, after) => isExplained(before, after, gaps) || wasOld(before, after, clock),
      ),
  };
}

function unexplained(
  asked: readonly Asked[],
  isFine: (before: Asked, after: Asked) => boolean,
): readonly string[] {
  const last = new Map<string, Asked>();
  const found: string[] = [];
  for (const one of asked) {
    const before = last.get(one.value);
    if (before !== undefined && !isFine(before, one)) {
      found.push(`${one.value} again after ${Math.round(one.atMs - before.atMs)} ms`);
    }
    last.set(one.value, one);
  }
  return found;
}

/** Whether there is a reason to ask the same again: no verdict came, it was lost with its process, or it is old. */
function isExplained(before: Asked, after: Asked, gaps: readonly Gap[]): boolean {
  if (before.isSpoilt || after.worldMs - before.worldMs >= SHORTEST_CACHE_MS) return true;
  return gaps.some(
    ({ fromMs, toMs }) => fromMs <= before.answeredMs + ON_DISK_MS && toMs >= before.atMs - ON_THE_WAY_MS,
  );
}

/** Whether it was old when somebody looked, and the clock was set back before the request went out. */
function wasOld(before: Asked, after: Asked, clock: Pick<WorldClock, "peaks">): boolean {
  return clock
    .peaks()
    .some(
      ({ atMs, worldMs }) =>
        atMs >= before.atMs && atMs <= after.atMs && worldMs - before.worldMs >= SHORTEST_CACHE_MS,
    );
}

/** Every kind of fault that the stand-in knows, by a name for people. */
export const TROUBLES: Readonly<Record<string, Trouble>> = {
  "429 with a time": spoilt({ status: 429, headers: { "retry-after": "1" } }),
  "429 without a time": spoilt({ status: 429 }),
  "401": spoilt({ status: 401 }),
  "403": spoilt({ status: 403 }),
  "400": spoilt({ status: 400 }),
  "408": spoilt({ status: 408 }),
  "500": spoilt({ status: 500 }),
  "503": spoilt({ status: 503 }),
  "504": spoilt({ status: 504 }),
  "page of a front end": spoilt("html"),
  reset: spoilt("reset"),
  "reset within the body": spoilt("reset-mid-body"),
  "closed within the body": spoilt("close-mid-body"),
  "half of the JSON": spoilt("truncated"),
  "broken JSON": spoilt({ status: 200, body: '{"data": {"id": ' }),
  "empty body": spoilt({ status: 200, body: "" }),
  "body of something else": spoilt({ status: 200, body: '{"data": []}' }),
  "no answer": spoilt("hang"),
  slow: { fault: { delayMs: 1200 }, isSpoilt: false },
  "slower than is waited for": spoilt({ delayMs: TIMEOUT_MS + 500 }),
};

function spoilt(fault: Fault): Trouble {
  return { fault, isSpoilt: true };
}
