import type { Config } from "../config.ts";
import type { Listings } from "../lists/listings.ts";
import type { Log } from "../log.ts";
import type { LookUps } from "../lookup/look-ups.ts";
import type { Clock } from "../model.ts";
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
  /** Whether everything is sample data. */
  readonly isDemo: boolean;
}
