import { sql } from "kysely";

import type { BlockNote } from "../block-model.ts";
import { BY_HAND } from "../lists/actor.ts";
import type { ListTools } from "../lists/list-tools.ts";
import { AT_ONCE } from "../pieces.ts";
import { turn } from "../turn.ts";

/** What the records know about blocks, as far as the blacklist still says so: a line that was taken out by hand is no block. */
export interface BlockNotes {
  /** At most 10. */
  readonly newest: readonly BlockNote[];
  /** Those that end within 7 days, the first of them first; at most 10. */
  readonly endingSoon: readonly BlockNote[];
}

const MOST = 10;
/** Some of them may have been taken out by hand just now. */
const MOST_READ = 100;
const SOON_MS = 7 * 86_400_000;

/** Reads the blocks as they are now. @throws UserError when the blacklist cannot be read. */
export async function blockNotes(
  tools: Pick<ListTools, "records" | "listings" | "clock">,
): Promise<BlockNotes> {
  const { blacklist } = tools.listings.lines();
  const isListed = ({ ip }: BlockNote) => blacklist.match({ kind: "ip", value: ip }) !== null;
  const soon = tools.clock.now() + SOON_MS;
  // The later a block was written, the newer it is. The plus keeps SQLite from sorting all of them.
  const newest = openBlocks(tools)
    .where(sql`+ended_at`, "is", null)
    .orderBy("id", "desc");
  const ending = openBlocks(tools).where("ended_at", "is", null).where("until", "<=", soon).orderBy("until");
  return {
    newest: (await newest.limit(MOST_READ).execute()).filter(isListed).slice(0, MOST).map(toNote),
    endingSoon: (await ending.limit(MOST_READ).execute()).filter(isListed).slice(0, MOST).map(toNote),
  };
}

/** How many addresses are blocked, and how many of these the whitelist covers; a long list is gone through in pieces. */
export async function blockCounts({
  listings,
}: Pick<ListTools, "listings">): Promise<{ readonly count: number; readonly whitelisted: number }> {
  const { whitelist, blacklist } = listings.lines();
  const { count } = blacklist;
  let whitelisted = 0;
  for (let at = 0; at < count && !whitelist.isEmpty; at += AT_ONCE) {
    const some = blacklist.slice(at, at + AT_ONCE);
    whitelisted += some.filter((value) => whitelist.match({ kind: "ip", value }, null) !== null).length;
    await turn({ isPatient: true });
  }
  return { count, whitelisted };
}

function toNote(block: BlockNote): BlockNote {
  return { ...block, by: block.by === BY_HAND ? null : block.by };
}

function openBlocks({ records }: Pick<ListTools, "records">) {
  return records.selectFrom("block").select(["ip", "since", "by", "until"]);
}
