import type { Kind } from "../model.ts";
import { inventAttributes } from "./standin-attributes.ts";
import { type Body, type SharedText, toSharedText } from "./standin-body.ts";
import { inventResults } from "./standin-engines.ts";
import { idOf } from "./standin-routes.ts";
import { byteOf, inventStats, isUnknown, pick, type Seed, seedOf } from "./standin-verdict.ts";

/** What the stand-in knows of one value; what is not said is made up from a hash of the value. */
export interface StandinObject {
  /** Exactly these counts; null leaves out stats and results, as for what was never analysed. */
  readonly stats?: Readonly<Record<string, number>> | null;
  /** Laid over the made-up attributes; `undefined` leaves one out. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly id?: string;
  readonly type?: string;
}

export interface BodyOptions {
  readonly nowMs: number;
  /** About how large the body is to be; at least the 23 KB that its results take. */
  readonly bodyBytes?: number | undefined;
  /** The stand-in's own address, for `links.self`. */
  readonly url: string;
}

const TYPES = { ip: "ip_address", domain: "domain", url: "url", hash: "file" } satisfies Record<Kind, string>;
const COLLECTIONS = { ip: "ip_addresses", domain: "domains", url: "urls", hash: "files" } satisfies Record<
  Kind,
  string
>;

/** Sizes as VirusTotal's bodies have them. */
const BODY_BYTES = [23_000, 24_000, 26_000, 34_000, 54_000] as const;

/** Where the large parts go, as the frame prints them. */
const RESULTS_MARK = '"<results>"';
const FILLER_MARK = "<filler>";
const FILLER = "This record is invented and says nothing about anything. ";

/** The body of an object, pretty-printed as VirusTotal prints it; null when there is no record of it. */
export function toObjectBody(
  kind: Kind,
  value: string,
  known: StandinObject | "missing" | undefined,
  options: BodyOptions,
): Body | null {
  const seed = seedOf(value);
  if (known === "missing" || (known === undefined && isUnknown(seed))) return null;
  const stats = toStats(kind, value, known);
  const id = known?.id ?? idOf(kind, value);
  const frame = {
    data: {
      id,
      type: known?.type ?? TYPES[kind],
      links: { self: `${options.url}/${COLLECTIONS[kind]}/${id}` },
      attributes: {
        ...inventAttributes(kind, value, seed, options.nowMs),
        demo_filler: FILLER_MARK,
        ...(stats !== null && { last_analysis_stats: stats, last_analysis_results: "<results>" }),
        ...known?.attributes,
      },
    },
  };
  return fill(JSON.stringify(frame, null, 4), stats, seed, options.bodyBytes ?? pick(BODY_BYTES, seed, 7));
}

/** The stats of a value: those it was given, or invented ones. */
export function toStats(
  kind: Kind,
  value: string,
  known: StandinObject | "missing" | undefined,
): Readonly<Record<string, number>> | null {
  if (known === undefined || known === "missing" || known.stats === undefined) {
    return inventStats(kind, seedOf(value));
  }
  return known.stats;
}

/** The large part is put in ready-made: printing it anew for every value would cost most of the time. */
function fill(
  frame: string,
  stats: Readonly<Record<string, number>> | null,
  seed: Seed,
  bodyBytes: number,
): Body {
  const results = stats === null ? null : printedResults(stats, seed);
  const missing = bodyBytes - frame.length - (results?.bytes.length ?? 0);
  const filled = frame.replace(FILLER_MARK, () => toFiller(missing));
  const [before = "", after] = filled.split(RESULTS_MARK);
  return results === null || after === undefined ? [filled] : [before, results, after];
}

function toFiller(bytes: number): string {
  return bytes <= 0 ? "" : FILLER.repeat(Math.ceil(bytes / FILLER.length)).slice(0, bytes);
}

const printed = new Map<string, SharedText>();
const MOST_PRINTED = 1000;

/** One in four has a result less than its stats count, as some recorded answers have. */
function printedResults(stats: Readonly<Record<string, number>>, seed: Seed): SharedText {
  const turn = byteOf(seed, 20) % 2;
  const lacking = byteOf(seed, 21) % 4 === 0;
  const name = JSON.stringify([Object.entries(stats).sort(byName), turn, lacking]);
  const kept = printed.get(name);
  if (kept !== undefined) return kept;
  const results = Object.entries(inventResults(stats, turn));
  const shown = Object.fromEntries(lacking ? results.slice(0, -1) : results);
  const text = toSharedText(JSON.stringify(shown, null, 4).replaceAll("\n", "\n            "));
  if (printed.size >= MOST_PRINTED) printed.clear();
  printed.set(name, text);
  return text;
}

function byName([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : 1;
}
