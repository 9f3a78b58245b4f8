import type { Config } from "../config.ts";
import type { Listings } from "../lists/listings.ts";
import type { Log } from "../log.ts";
import type { LookUps } from "../lookup/look-ups.ts";
import type { Clock } from "../model.ts";
import type { Presence } from "../records/presence.ts";
import type { Records } from "../records/records.ts";

/** What commands work with: opened once, handed to each. */
export interface Tools {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly records: Records;
  readonly lookUps: LookUps;
  /** The whitelist and blacklist as they are at each call. */
  readonly listings: Listings;
  /** This process among others on the same records; null: they are for processes of this machine, and one serves. */
  readonly presence: Presence | null;
  /** Whether everything is sample data. */
  readonly isDemo: boolean;
}
