import { ERRORS, type StandinError } from "./standin-errors.ts";
import { createMeter, type Meter, type StandinLimits } from "./standin-windows.ts";

export interface StandinKey extends StandinLimits {
  /** `inactive` answers 401 UserNotActiveError, `forbidden` 403. Default `active`. */
  readonly state?: "active" | "inactive" | "forbidden";
  /** The user id that `/users/{id}` knows it by; the key itself is always one. */
  readonly user?: string;
}

/** A key that may ask, with what it used up. */
export interface Holder {
  readonly key: string;
  readonly user: string | null;
  readonly limits: StandinLimits;
  readonly meter: Meter;
}

/** Who holds the keys of the stand-in. */
export interface Holders {
  find(key: string): Holder | null;
  /** The holder of the key in a header, or why it is turned away. */
  admit(key: string | null): Holder | StandinError;
}

export function createHolders(keys: Readonly<Record<string, StandinKey>>, windowMs: number): Holders {
  const holders = new Map(
    Object.entries(keys).map(([key, { state = "active", user = null, ...limits }]) => {
      const holder: Holder = { key, user, limits, meter: createMeter(limits, windowMs) };
      return [key, { state, holder }] as const;
    }),
  );
  return {
    find: (key) => holders.get(key)?.holder ?? null,
    admit(key) {
      if (key === null) return ERRORS.noKey;
      const found = holders.get(key);
      if (found === undefined) return ERRORS.wrongKey;
      switch (found.state) {
        case "active":
          return found.holder;
        case "inactive":
          return ERRORS.notActive;
        case "forbidden":
          return ERRORS.forbidden;
      }
    },
  };
}

/** Stands for "no limit", which VirusTotal has no word for. */
const UNLIMITED = 1_000_000_000;

/** The body of `overall_quotas`: there is no entry for the minute, and the hour has 60 of them. */
export function toQuotas({ limits, meter }: Holder, nowMs: number): string {
  const used = meter.used(nowMs);
  const data = {
    api_requests_hourly: quota((limits.perMinute ?? 0) * 60, used.hour),
    api_requests_daily: quota(limits.perDay, used.day),
    api_requests_monthly: quota(limits.perMonth, used.month),
  };
  return JSON.stringify({ data }, null, 4);
}

function quota(allowed: number | undefined, used: number): object {
  return { user: { allowed: allowed === undefined || allowed === 0 ? UNLIMITED : allowed, used } };
}
