import type { Clock, Kind } from "../model.ts";
import type { Fault } from "./standin-faults.ts";
import type { StandinKey } from "./standin-keys.ts";
import type { StandinObject } from "./standin-objects.ts";
import type { Answer429 } from "./standin-quota-reply.ts";

export interface StandinOptions {
  /** The keys that it knows. A limit that is left out or 0 is none. */
  readonly keys: Readonly<Record<string, StandinKey>>;
  /** The length of its minute. Default 60,000. */
  readonly windowMs?: number;
  /** Decides when a request came; latency and delays take real time. Default: the machine's. */
  readonly clock?: Pick<Clock, "now">;
  /** Whether "not found" counts against a key's limits. Default true: nothing says that it doesn't. */
  readonly count404?: boolean;
  /** Before every answer. Default 0. */
  readonly latencyMs?: number;
  /** About how large an object's body is. At least 23 KB, which its results take. Default: 23 to 54 KB, by the value. */
  readonly bodyBytes?: number;
  /** What goes wrong with a request that was let in. It counts like any other. */
  readonly fault?: (request: StandinRequest) => Fault | undefined;
  /** Default `seconds`. */
  readonly answer429?: Answer429;
  /** What it knows, by canonical value; all the rest it makes up, or has no record of. */
  readonly objects?: Readonly<Record<string, StandinObject | "missing">>;
  /** False keeps `requests` empty, for runs of hundreds of thousands. Default true. */
  readonly keepsRequests?: boolean;
}

export interface StandinRequest {
  /** When it came, in ms since 1970. */
  readonly at: number;
  readonly key: string | null;
  readonly method: string;
  /** As it was sent, with `/api/v3`. */
  readonly path: string;
  /** What it asks about; null for anything but an object. */
  readonly kind: Kind | null;
  /** The canonical value, such as the URL that stands behind an id. */
  readonly value: string | null;
  /** How often this path was asked for, with this one: 1 or more. */
  readonly nth: number;
}

/** A request with the status it was answered with; 0 where nothing was answered. */
export interface StandinRecord extends StandinRequest {
  readonly status: number;
}
