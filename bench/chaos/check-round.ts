import type { Records } from "../../src/records/records.ts";
import type { Ask } from "./ask.ts";
import type { Broken } from "./broken.ts";
import { checkMessages, checkRequests } from "./check-house.ts";
import { checkList } from "./check-list.ts";
import { checkAsk } from "./check-scans.ts";
import { readBoard } from "./messages.ts";
import { comesTrue } from "./patience.ts";
import { allScans, scansOf } from "./scans.ts";
import type { Town } from "./town.ts";

/** The program looks at the list twice a second, and waits with a list that was busy for 10 s. */
const LIST_WITHIN_MS = 15_000;
/** Blocks are ended once a minute. */
const ENDED_WITHIN_MS = 65_000;
/** A program that found no space at its start says so a little later. */
const EXCUSED_MS = 5000;
/** 10 s, and what a busy machine takes besides. */
const ENDS_WITHIN_MS = 15_000;

/** Looks whether every promise is kept, when nothing is under way. */
export async function checkRound(town: Town, asks: readonly Ask[]): Promise<readonly Broken[]> {
  const { house, approver, editor } = town;
  const records = house.records();
  if (records === null) return [{ promise: "it ends", what: "there are no records" }];
  const boards = { slack: readBoard(house.slack), discord: readBoard(house.discord) };
  const found: Broken[] = [];
  for (const ask of asks) {
    found.push(...(await checkAsk(house, ask, await scansOf(records, ask.marker), boards)));
  }
  const ids = new Set((await allScans(records)).map(({ id }) => id));
  found.push(
    ...checkMessages(house.slack, boards.slack, ids),
    ...checkMessages(house.discord, boards.discord, ids),
  );
  found.push(...checkRequests(house, await readRechecked(records)));
  let list = await checkList(house, records, approver, editor.kept());
  await comesTrue(
    async () => {
      if (list.length > 0) list = await checkList(house, records, approver, editor.kept());
      return list.length === 0;
    },
    LIST_WITHIN_MS + (house.blockDays > 0 ? ENDED_WITHIN_MS : 0),
  );
  return [...found, ...list, ...checkEnds(town)];
}

async function readRechecked(records: Records): Promise<ReadonlySet<string>> {
  const rows = await records
    .selectFrom("recheck")
    .innerJoin("block", "block.id", "recheck.block_id")
    .select("block.ip")
    .execute();
  return new Set(rows.map(({ ip }) => ip));
}

/** On a full disk it may end, with a sentence that says so. */
function checkEnds({ house: { server, gaps } }: Town): readonly Broken[] {
  const isExcused = (atMs: number) =>
    gaps.some(({ why, fromMs, toMs }) => why !== "ended" && fromMs <= atMs && atMs <= toMs + EXCUSED_MS);
  const slowestMs = server.slowestEndMs();
  const late: readonly Broken[] =
    slowestMs <= ENDS_WITHIN_MS
      ? []
      : [{ promise: "ends in time", what: `it took ${Math.round(slowestMs)} ms to end` }];
  const own = server
    .ownEnds()
    .filter(({ atMs }) => !isExcused(atMs))
    .map(({ status, signal, said }): Broken => ({
      promise: "no own ends",
      what: `it ended with ${String(status ?? signal)}: ${said.slice(-600)}`,
    }));
  return [...late, ...own];
}
