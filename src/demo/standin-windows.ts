/** What one key of the stand-in may do. Left out or 0: no limit. */
export interface StandinLimits {
  readonly perMinute?: number;
  readonly perDay?: number;
  readonly perMonth?: number;
}

/** Counts one key's requests as VirusTotal does: an exact sliding window, the day and the month in UTC. */
export interface Meter {
  /** Ms until the next request would be taken; 0 when it is taken now. */
  waitMs(now: number): number;
  count(now: number): void;
  /** Notes a request that was not taken. */
  refuse(): void;
  /** All that were counted, and all that were refused. */
  counted(): { readonly taken: number; readonly refused: number };
  /** Most requests counted in any one window. */
  worst(): number;
  used(now: number): { readonly hour: number; readonly day: number; readonly month: number };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export function createMeter(limits: StandinLimits, windowMs: number): Meter {
  const window = createWindow(windowMs);
  const hour = createTally((now) => Math.floor(now / HOUR_MS));
  const day = createTally((now) => Math.floor(now / DAY_MS));
  const month = createTally(monthOf);
  let taken = 0;
  let refused = 0;
  return {
    waitMs(now) {
      if (isUsedUp(limits.perMonth, month.used(now))) return endOfMonth(now) - now;
      if (isUsedUp(limits.perDay, day.used(now))) return DAY_MS - (now % DAY_MS);
      return window.waitMs(now, limits.perMinute ?? 0);
    },
    count(now) {
      taken += 1;
      window.count(now);
      for (const tally of [hour, day, month]) tally.count(now);
    },
    refuse() {
      refused += 1;
    },
    counted: () => ({ taken, refused }),
    worst: () => window.worst(),
    used: (now) => ({ hour: hour.used(now), day: day.used(now), month: month.used(now) }),
  };
}

function createWindow(windowMs: number) {
  let times: number[] = [];
  let first = 0;
  let worst = 0;
  let last = { now: Number.NEGATIVE_INFINITY, atMs: 0 };

  /** A clock that was set back changes nothing about what lies within the last minute. */
  function follow(now: number): void {
    const atMs = performance.now();
    const backMs = last.now - now;
    if (backMs > 0) times = times.map((time) => time - backMs - (atMs - last.atMs));
    last = { now, atMs };
  }

  /** A request that is exactly a window old does not count any more. */
  function forget(now: number): void {
    while (first < times.length && (times[first] ?? 0) <= now - windowMs) first += 1;
    if (first < 10_000 || first * 2 < times.length) return;
    times = times.slice(first);
    first = 0;
  }

  return {
    waitMs(now: number, limit: number): number {
      follow(now);
      forget(now);
      const oldest = times[times.length - limit];
      return limit === 0 || times.length - first < limit || oldest === undefined
        ? 0
        : oldest + windowMs - now;
    },
    count(now: number): void {
      follow(now);
      forget(now);
      times.push(now);
      worst = Math.max(worst, times.length - first);
    },
    worst: () => worst,
  };
}

function createTally(periodOf: (now: number) => number) {
  let period = Number.NaN;
  let used = 0;
  return {
    used: (now: number): number => (periodOf(now) === period ? used : 0),
    count(now: number): void {
      used = periodOf(now) === period ? used + 1 : 1;
      period = periodOf(now);
    },
  };
}

function isUsedUp(limit: number | undefined, used: number): boolean {
  return limit !== undefined && limit > 0 && used >= limit;
}

function monthOf(now: number): number {
  const date = new Date(now);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function endOfMonth(now: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}
