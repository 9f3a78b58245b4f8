import type { Config } from "../config.ts";
import type { Log } from "../log.ts";
import type { Clock } from "../model.ts";
import type { Records } from "../records/records.ts";
import type { Listings } from "./listings.ts";

/** What deciding about the lists works with. */
export interface ListTools {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly records: Records;
  readonly listings: Listings;
}
