import type { Config } from "../config.ts";
import type { LookUps } from "../lookup/look-ups.ts";
import type { Answer, Clock, Indicator } from "../model.ts";
import type { Records } from "../records/records.ts";
import { answeredRow, indicatorOf, type ItemRow } from "./item-rows.ts";
import { openItems } from "./item-store.ts";
import { createItemWriter, type ItemWriter } from "./item-writer.ts";
import type { Scan } from "./scan.ts";

export interface RunTools {
  readonly records: Records;
  readonly lookUps: LookUps;
  readonly clock: Clock;
  readonly config: Config;
}

export interface RunOptions {
  readonly scan: Pick<Scan, "id" | "options" | "createdAt">;
  /** Longer than this a look-up does not wait for a resting key; Infinity: it waits for a budget too. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** Called when answers are on disk. */
  readonly onWritten: (rows: readonly ItemRow[]) => Promise<void>;
  /** Called when answers cannot be written or told any more: `signal` should abort. */
  readonly onFailure: () => void;
  readonly onRequest: () => void;
}

/** Items that are read, and asked of the cache, at a time. */
const CHUNK = 500;
/** Look-ups of one scan that wait or are under way at a time: more than a window has places, so no place is left empty. */
const MOST_AT_ONCE = 64;

/** The two steps of a scan; each ends with its answers on disk, or when `signal` aborts. */
export interface ItemRun {
  /** Answers what is cached, at once. With `cachedOnly` what is not cached is skipped. */
  answerKnown(): Promise<void>;
  /** Asks VirusTotal for what is still open. */
  askOpen(): Promise<void>;
}

/** Works on the scan's open items. */
export function createItemRun(tools: RunTools, options: RunOptions): ItemRun {
  const { onWritten, onFailure } = options;
  const writer = createItemWriter({ records: tools.records, onWritten, onFailure });
  const { cachedOnly } = options.scan.options;
  return {
    answerKnown: async () => answerKnown(tools, options, writer),
    async askOpen() {
      if (!cachedOnly) await askOpen(tools, options, writer);
      await writer.flush();
    },
  };
}

async function answerKnown(tools: RunTools, options: RunOptions, writer: ItemWriter): Promise<void> {
  const { cachedOnly } = options.scan.options;
  for await (const rows of openChunks(tools.records, options)) {
    // Who asks VirusTotal as well looks once more then: it is told first what is waited for.
    if (cachedOnly && !(await canRead(tools, options)) && options.signal.aborted) return;
    const unknown = await takeKnown(tools, options, writer, rows);
    if (cachedOnly) for (const row of unknown) writer.add(answeredRow(row, NOT_CACHED, tools.config.rule));
    await writer.flush();
  }
}

/** What was not read counts as not known, and would be asked again. */
async function canRead({ lookUps }: RunTools, { patienceMs, signal }: RunOptions): Promise<boolean> {
  return lookUps.canRead(patienceMs, signal);
}

/** Answers what is known of these; resolves to the others. */
async function takeKnown(
  tools: RunTools,
  options: RunOptions,
  writer: ItemWriter,
  rows: readonly ItemRow[],
): Promise<readonly ItemRow[]> {
  const { cachedOnly, fresh } = options.scan.options;
  // A fresh scan that goes on takes what it has asked itself and could not write down any more.
  const since = fresh && !cachedOnly ? options.scan.createdAt : 0;
  const known = await tools.lookUps.known(rows.map(asked), { old: cachedOnly });
  return rows.filter((row, at) => {
    const answer = takenSince(known[at] ?? null, since);
    if (answer !== null) writer.add(answeredRow(row, answer, tools.config.rule));
    return answer === null;
  });
}

function takenSince(answer: Answer | null, since: number): Answer | null {
  if (since === 0 || answer?.outcome !== "answered") return answer;
  return answer.checkedAt !== null && answer.checkedAt >= since ? answer : null;
}

async function askOpen(tools: RunTools, options: RunOptions, writer: ItemWriter): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const lane = await laneOf(tools, options);
  for await (const rows of openChunks(tools.records, options)) {
    // Its turn may come hours after it was looked at first, and others ask as well.
    await canRead(tools, options);
    const knownAt = tools.clock.now();
    for (const row of await takeKnown(tools, options, writer, rows)) {
      if (options.signal.aborted) break;
      const asking = ask(tools, options, writer, row, { lane, knownAt }).finally(() =>
        underWay.delete(asking),
      );
      underWay.add(asking);
      if (underWay.size >= MOST_AT_ONCE) await Promise.race(underWay);
    }
  }
  await Promise.all(underWay);
}

/** A scan of one indicator is a person who waits for it. With `URL_LOOKUP=both` a URL and its host are one. */
async function laneOf(tools: RunTools, { scan }: RunOptions): Promise<"person" | "list"> {
  const rows = await openItems(tools.records, scan.id, 0, 3);
  const most = scan.options.urlLookup === "both" ? 2 : 1;
  return rows.length <= most ? "person" : "list";
}

async function ask(
  tools: RunTools,
  options: RunOptions,
  writer: ItemWriter,
  row: ItemRow,
  how: { readonly lane: "person" | "list"; readonly knownAt: number },
) {
  const { scan, patienceMs, signal, onRequest } = options;
  const answer = await tools.lookUps.lookUp(asked(row), {
    ...how,
    listId: scan.id,
    patienceMs,
    signal,
    onRequest,
  });
  // An interrupted look-up stays open, so that the scan can go on with it.
  if (answer.outcome === "skipped" && answer.cause === "cancelled") return;
  writer.add(answeredRow(row, answer, tools.config.rule));
}

async function* openChunks(records: Records, { scan, signal }: RunOptions): AsyncGenerator<ItemRow[]> {
  let from = 0;
  while (!signal.aborted) {
    const rows = await openItems(records, scan.id, from, CHUNK);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    from = last.position + 1;
  }
}

function asked(row: ItemRow): Indicator {
  const indicator = indicatorOf(row);
  if (indicator === null) throw new Error(`item ${row.position} of ${row.scan_id} is open and no indicator`);
  return indicator;
}

const NOT_CACHED: Answer = {
  outcome: "skipped",
  cause: "not-cached",
  reason: "not cached, and no request was to be spent",
};
