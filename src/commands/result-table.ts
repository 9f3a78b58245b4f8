import { z } from "zod";

import { NO_FACTS, type EngineStats, type Status, type VerdictRule } from "../model.ts";
import type { Records } from "../records/records.ts";
import { score } from "../report/score.ts";
import { turn } from "../turn.ts";
import type { AllResultsQuery } from "../views.ts";
import { WORST_FIRST } from "./scan-report.ts";

/** What a row is sorted and found by. */
export interface Slim {
  readonly position: number;
  readonly status: Status;
  readonly indicator: string;
  readonly input: string;
  readonly reason: string;
  readonly owner: string;
  readonly country: string;
  readonly analysedAt: number;
  readonly checkedAt: number;
  readonly stats: EngineStats | null;
}

/** The rows of a scan as they were when they were read, and what was worked out of them since. */
export interface ResultTable {
  readonly slims: readonly Slim[];
  order: { readonly name: string; readonly slims: readonly Slim[] } | null;
  /** What each is found by, in lower case; made when something is searched. */
  texts: ReadonlyMap<Slim, string> | null;
}

const CHUNK = 500;

/** Of what was found only this: to check all of it would take longer than to read it. */
const SlimFacts = z.object({
  owner: z.string().nullable(),
  country: z.string().nullable(),
  analysedAt: z.number().nullable(),
  // `score` looks at each of them.
  stats: z.custom<EngineStats | null>((stats) => typeof stats === "object"),
});

const NO_SLIM_FACTS = { owner: null, country: null, analysedAt: null, stats: null };

/** Reads all rows of a scan, and lets others go first now and then. */
export async function readTable(records: Records, scanId: string): Promise<ResultTable> {
  const slims: Slim[] = [];
  for (let after = -1; ;) {
    const rows = await slimRows(records, scanId, after);
    slims.push(...rows.map(toSlim));
    const last = rows.at(-1);
    if (last === undefined || rows.length < CHUNK) break;
    after = last.position;
    await turn({ isPatient: true });
  }
  return { slims, order: null, texts: null };
}

async function slimRows(records: Records, scanId: string, after: number) {
  return records
    .selectFrom("scan_item")
    .select(["position", "status", "input", "value", "reason", "checked_at", "facts"])
    .where("scan_id", "=", scanId)
    .where("position", ">", after)
    .orderBy("position")
    .limit(CHUNK)
    .execute();
}

type SlimRow = Awaited<ReturnType<typeof slimRows>>[number];

function toSlim({ position, status, input, value, reason, checked_at: checkedAt, facts }: SlimRow): Slim {
  const found = facts === null ? NO_SLIM_FACTS : SlimFacts.parse(JSON.parse(facts));
  return {
    position,
    status: status ?? "skipped",
    indicator: value ?? input,
    input,
    reason: reason ?? "",
    owner: found.owner ?? "",
    country: found.country ?? "",
    analysedAt: found.analysedAt ?? 0,
    checkedAt: checkedAt ?? 0,
    stats: found.stats,
  };
}

/** Those that are searched and filtered for, in order. */
export function matchingIn(table: ResultTable, query: AllResultsQuery, rule: VerdictRule): readonly Slim[] {
  return sorted(table, query, rule).filter(toFilter(table, query));
}

function sorted(
  table: ResultTable,
  { orderBy, isDescending }: AllResultsQuery,
  rule: VerdictRule,
): readonly Slim[] {
  if (orderBy === "position" && !isDescending) return table.slims;
  const name = `${orderBy} ${isDescending}`;
  if (table.order?.name === name) return table.order.slims;
  const sign = isDescending ? -1 : 1;
  const key = keyOf(orderBy, rule);
  const keyed = table.slims.map((slim) => ({ slim, key: key(slim) }));
  keyed.sort(
    (one, other) =>
      (one.key < other.key ? -sign : one.key > other.key ? sign : 0) ||
      one.slim.position - other.slim.position,
  );
  const slims = keyed.map(({ slim }) => slim);
  table.order = { name, slims };
  return slims;
}

function keyOf(orderBy: AllResultsQuery["orderBy"], rule: VerdictRule): (slim: Slim) => number | string {
  switch (orderBy) {
    case "status":
      return ({ status }) => WORST_FIRST.indexOf(status);
    case "detections":
      return ({ stats }) => score({ ...NO_FACTS, stats }, rule)?.detections ?? -1;
    case "position":
    case "indicator":
    case "owner":
    case "country":
    case "analysedAt":
    case "checkedAt":
      return (slim) => slim[orderBy];
  }
}

function toFilter(table: ResultTable, { statuses, search }: AllResultsQuery): (slim: Slim) => boolean {
  const words = search.toLowerCase().trim();
  const texts = words === "" ? null : textsOf(table);
  return (slim) =>
    (statuses.length === 0 || statuses.includes(slim.status)) &&
    (texts === null || (texts.get(slim)?.includes(words) ?? false));
}

function textsOf(table: ResultTable): ReadonlyMap<Slim, string> {
  table.texts ??= new Map(
    table.slims.map((slim) => {
      const { input, indicator, owner, country, reason } = slim;
      return [slim, `${input} ${indicator} ${owner} ${country} ${reason}`.toLowerCase()];
    }),
  );
  return table.texts;
}
