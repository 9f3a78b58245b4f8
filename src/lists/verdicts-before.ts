import { NO_FACTS, type Facts, type Status, type VerdictRule } from "../model.ts";
import type { Records } from "../records/records.ts";
import { score } from "../report/score.ts";
import { judge } from "../report/verdict.ts";

/** The verdicts that rest on an answer of VirusTotal. */
export const ANSWERED = ["unsafe", "suspicious", "clean", "unknown"] as const satisfies readonly Status[];

/** A verdict by today's rule. */
export interface Judged {
  readonly status: Status;
  /** `9/90`; null where VirusTotal has no analysis. */
  readonly score: string | null;
}

/** An answer about an address in a scan. */
export interface Asked {
  readonly ip: string;
  /** Its item's place in the scan. */
  readonly position: number;
}

interface Answer {
  readonly ip: string;
  readonly at: number;
  readonly status: Status;
  readonly facts: string | null;
}

/**
 * The verdicts that were known before VirusTotal was asked what these items of a scan say: the newest of other scans and
 * of what blocks were looked up again for. What was never asked before is not in it. At most some hundred at once.
 */
export async function verdictsBefore(
  records: Records,
  scanId: string,
  asked: readonly Asked[],
  rule: VerdictRule,
): Promise<ReadonlyMap<string, Judged>> {
  const newest = new Map<string, Answer>();
  const answers = [
    ...(await answersOfScans(records, scanId, asked)),
    ...(await answersOfRechecks(records, scanId, asked)),
  ];
  for (const answer of answers) {
    const known = newest.get(answer.ip);
    if (known === undefined || answer.at > known.at) newest.set(answer.ip, answer);
  }
  return new Map([...newest].map(([ip, answer]) => [ip, toJudged(answer, rule)]));
}

/** Judges what is written down by today's rule, so that another rule alone is no change of VirusTotal's mind. */
export function toJudged(
  { status, facts }: { readonly status: Status; readonly facts: string | null },
  rule: VerdictRule,
): Judged {
  if (facts === null) return { status, score: null };
  // To check all of the facts takes longer than all else here.
  const { stats } = JSON.parse(facts) as Pick<Facts, "stats">;
  const judged = { ...NO_FACTS, stats };
  return { status: judge(judged, rule), score: score(judged, rule)?.text ?? null };
}

/** The items of this scan. They are found by their places: an address may stand in very many scans. */
function itemsOf(records: Records, scanId: string, asked: readonly Asked[]) {
  const places = asked.map(({ position }) => position);
  return records
    .selectFrom("scan_item as now")
    .where("now.scan_id", "=", scanId)
    .where("now.position", "in", places);
}

async function answersOfScans(
  records: Records,
  scanId: string,
  asked: readonly Asked[],
): Promise<readonly Answer[]> {
  const ranked = itemsOf(records, scanId, asked)
    .innerJoin("scan_item as before", "before.value", "now.value")
    .where("before.kind", "=", "ip")
    .where("before.status", "in", ANSWERED)
    .where("before.scan_id", "!=", scanId)
    .whereRef("before.checked_at", "<", "now.checked_at")
    .select(({ fn }) => [
      "before.scan_id",
      "before.position",
      fn
        .agg<number>("row_number")
        .over((over) => over.partitionBy("before.value").orderBy("before.checked_at", "desc"))
        .as("place"),
    ]);
  const rows = await records
    .selectFrom(ranked.as("ranked"))
    .innerJoin("scan_item as item", (join) =>
      join
        .onRef("item.scan_id", "=", "ranked.scan_id")
        .onRef("item.position", "=", "ranked.position")
        .on("ranked.place", "=", 1),
    )
    .select(["item.value", "item.checked_at", "item.status", "item.facts"])
    .execute();
  return rows.flatMap(({ value, checked_at: at, status, facts }) =>
    value === null || at === null || status === null ? [] : [{ ip: value, at, status, facts }],
  );
}

/** One at the same time is the same answer, from the cache. */
async function answersOfRechecks(
  records: Records,
  scanId: string,
  asked: readonly Asked[],
): Promise<readonly Answer[]> {
  return itemsOf(records, scanId, asked)
    .innerJoin("recheck", "recheck.ip", "now.value")
    .whereRef("recheck.at", "<=", "now.checked_at")
    .orderBy("recheck.at")
    .select(["recheck.ip", "recheck.at", "recheck.status", "recheck.facts"])
    .execute();
}
