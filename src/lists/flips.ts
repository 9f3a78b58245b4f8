import { NO_FACTS, type Facts, type Status } from "../model.ts";
import { step } from "../step.ts";
import { writeFlips, type Flipped, type ListedAnswer } from "./flip-rows.ts";
import type { ListTools } from "./list-tools.ts";
import { ANSWERED, toJudged, verdictsBefore, type Judged } from "./verdicts-before.ts";

/** One value each in a statement, two in the longest: far below SQLite's limit of 32,766. */
const CHUNK = 500;

type FlipTools = Pick<ListTools, "records" | "clock" | "config" | "listings">;

/**
 * Writes down which verdicts of listed addresses went over to or from unsafe since VirusTotal was asked before. An
 * answer is told once, in whichever scan comes first; doing it again adds nothing. @throws UserError when a list cannot
 * be read.
 */
export async function noteFlips(tools: FlipTools, scanId: string): Promise<void> {
  if (tools.listings.areEmpty()) return;
  const { records, config } = tools;
  let noted = 0;
  for await (const listed of listedAnswers(tools, scanId)) {
    const before = await verdictsBefore(records, scanId, listed, config.rule);
    const flipped = listed.flatMap((answer): readonly Flipped[] => {
      const earlier = before.get(answer.ip);
      if (earlier === undefined) return [];
      const after = toJudged(answer, config.rule);
      return isUnsafe(earlier) === isUnsafe(after) ? [] : [{ ...answer, before: earlier, after }];
    });
    if (flipped.length > 0) noted += await writeFlips(tools, scanId, flipped);
  }
  if (noted > 0) step("flips written");
}

function isUnsafe({ status }: Judged): boolean {
  return status === "unsafe";
}

async function* listedAnswers(
  { records, listings }: FlipTools,
  scanId: string,
): AsyncGenerator<readonly ListedAnswer[]> {
  const listingOf = listings.now();
  for (let after = -1; ;) {
    // Not by status: SQLite would read and sort what is left of the scan for each chunk.
    const rows = await records
      .selectFrom("scan_item")
      .select(["position", "value", "status", "facts", "checked_at"])
      .where("scan_id", "=", scanId)
      .where("kind", "=", "ip")
      .where("position", ">", after)
      .orderBy("position")
      .limit(CHUNK)
      .execute();
    const listed = rows.flatMap(({ position, value: ip, status, facts, checked_at: checkedAt }) => {
      if (ip === null || checkedAt === null || !isAnswered(status)) return [];
      const { list, entry } = listingOf({ kind: "ip", value: ip }, toOwner(facts));
      return list === "none" ? [] : [{ ip, position, checkedAt, status, facts, list, entry }];
    });
    if (listed.length > 0) yield listed;
    const last = rows.at(-1);
    if (last === undefined || rows.length < CHUNK) return;
    after = last.position;
  }
}

function isAnswered(status: Status | null): status is (typeof ANSWERED)[number] {
  return ANSWERED.some((answered) => answered === status);
}

/** What the whitelist compares of the facts. */
function toOwner(facts: string | null): Facts | null {
  if (facts === null) return null;
  const { owner, asn } = JSON.parse(facts) as Pick<Facts, "owner" | "asn">;
  return { ...NO_FACTS, owner, asn };
}
