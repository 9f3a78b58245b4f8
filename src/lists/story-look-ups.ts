import type { VerdictRule } from "../model.ts";
import { FactsRow } from "../records/facts-row.ts";
import type { Records } from "../records/records.ts";
import { score } from "../report/score.ts";
import type { FullSighting } from "../scans/sightings.ts";
import type { Flipped, LookedUp, Rechecked, StoryEvent } from "./story-event.ts";

/** The newest look-ups that a story tells. */
export const MOST_LOOK_UPS = 50;

/** A scan in which the address came up. */
export function toLookedUp(
  { scanId, at, source, status, facts, conversation }: FullSighting,
  rule: VerdictRule,
): LookedUp {
  return {
    kind: "looked-up",
    ...toRun(at, status, score(facts, rule)),
    scanId,
    source,
    conversation,
    link: null,
  };
}

function toRun(at: number, status: LookedUp["status"], found: ReturnType<typeof score>) {
  const points = found === null ? null : { detections: found.detections, total: found.total };
  return { at, lastAt: at, count: 1, status, firstScore: points, score: points };
}

/** Look-ups after each other with the same verdict become one. */
export function collapsed(events: readonly StoryEvent[]): readonly StoryEvent[] {
  const runs: StoryEvent[] = [];
  for (const event of events) {
    const last = runs.at(-1);
    if (last === undefined || !("count" in last) || !("count" in event) || !isSame(last, event)) {
      runs.push(event);
      continue;
    }
    const { at, firstScore } = last;
    runs[runs.length - 1] = { ...event, at, firstScore, count: last.count + event.count };
  }
  return runs;
}

function isSame(
  one: Pick<LookedUp, "status"> & { readonly kind: string },
  other: Pick<LookedUp, "status"> & { readonly kind: string },
): boolean {
  return one.kind === other.kind && one.status === other.status;
}

/** What was found when it was looked up again before a block's end, and how many older ones are left out. */
export async function rechecksOf(
  records: Records,
  ip: string,
  rule: VerdictRule,
): Promise<{ readonly newest: readonly Rechecked[]; readonly earlier: number }> {
  const asked = records.selectFrom("recheck").where("ip", "=", ip);
  const { count } = await asked
    .select((row) => row.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  const rows = await asked
    .select(["at", "status", "facts"])
    .orderBy("at", "desc")
    .limit(MOST_LOOK_UPS)
    .execute();
  const newest = rows.map(({ at, status, facts }): Rechecked => {
    const found = score(facts === null ? null : FactsRow.parse(JSON.parse(facts)), rule);
    return { kind: "rechecked", ...toRun(at, status, found) };
  });
  return { newest, earlier: count - newest.length };
}

/** How its verdict went over in these scans, at most a few hundred. */
export async function flipsOf(
  records: Records,
  ip: string,
  scanIds: readonly string[],
): Promise<readonly Flipped[]> {
  if (scanIds.length === 0) return [];
  const rows = await records
    .selectFrom("flip")
    .select(["at", "scan_id", "list", "entry", "before", "after"])
    .where("scan_id", "in", scanIds)
    .where("ip", "=", ip)
    .execute();
  return rows.map(({ scan_id: scanId, ...flip }): Flipped => ({ kind: "flipped", scanId, ...flip }));
}
