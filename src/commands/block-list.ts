import type { BlockNote } from "../block-model.ts";
import { BY_HAND } from "../lists/actor.ts";
import type { ListTools } from "../lists/list-tools.ts";

/** What the records know about blocks, as far as the blacklist still says so: a line that was taken out by hand is no block. */
export interface BlockNotes {
  /** At most 10. */
  readonly newest: readonly BlockNote[];
  /** Those that end within 7 days, the first of them first; at most 10. */
  readonly endingSoon: readonly BlockNote[];
  /** The block of an address in canonical form; null where there is none, or an edit by hand is not taken over yet. */
  ofIp(ip: string): Promise<BlockNote | null>;
}

const MOST = 10;
const SOON_MS = 7 * 86_400_000;

/** Reads the blocks as they are now. @throws UserError when the blacklist cannot be read. */
export async function blockNotes(
  tools: Pick<ListTools, "records" | "listings" | "clock">,
): Promise<BlockNotes> {
  const { blacklist } = tools.listings.lines();
  const isListed = ({ ip }: BlockNote) => blacklist.match({ kind: "ip", value: ip }) !== null;
  const soon = tools.clock.now() + SOON_MS;
  const newest = await openBlocks(tools).orderBy("since", "desc").orderBy("id", "desc").execute();
  const ending = await openBlocks(tools).where("until", "<=", soon).orderBy("until").execute();
  return {
    newest: newest.filter(isListed).slice(0, MOST).map(toNote),
    endingSoon: ending.filter(isListed).slice(0, MOST).map(toNote),
    async ofIp(ip) {
      const block = await openBlocks(tools).where("ip", "=", ip).executeTakeFirst();
      return block !== undefined && isListed(block) ? toNote(block) : null;
    },
  };
}

function toNote(block: BlockNote): BlockNote {
  return { ...block, by: block.by === BY_HAND ? null : block.by };
}

function openBlocks({ records }: Pick<ListTools, "records">) {
  return records.selectFrom("block").select(["ip", "since", "by", "until"]).where("ended_at", "is", null);
}
