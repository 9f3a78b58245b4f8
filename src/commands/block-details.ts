import type { AddressBlock } from "../feeds/address-block.ts";
import type { FeedEntry } from "../feeds/feed.ts";
import { readEvidence } from "../lists/block-evidence.ts";
import { AT_ONCE } from "../pieces.ts";
import type { Records } from "../records/records.ts";
import { turn } from "../turn.ts";

/** The blocks with nothing else about them. */
export async function* toBareEntries(blocks: readonly AddressBlock[]): AsyncGenerator<FeedEntry> {
  for (const [at, { text }] of blocks.entries()) {
    if (at % AT_ONCE === 0) await turn({ isPatient: true });
    yield toBareEntry(text);
  }
}

/** The blocks, in their order, with what the records know of them; a chunk at a time, so that little is held. */
export async function* toDetailedEntries(
  records: Records,
  blocks: readonly AddressBlock[],
): AsyncGenerator<FeedEntry> {
  for (let at = 0; at < blocks.length; at += AT_ONCE) {
    await turn({ isPatient: true });
    const texts = blocks.slice(at, at + AT_ONCE).map(({ text }) => text);
    const known = new Map((await openBlocks(records, texts)).map((row) => [row.ip, row]));
    for (const text of texts) {
      const row = known.get(text);
      if (row === undefined) yield toBareEntry(text);
      else yield { ...row, scanId: row.scan_id, evidence: readEvidence(row.evidence) };
    }
  }
}

/** Of an address that is there twice, the newest comes last. */
async function openBlocks(records: Records, ips: readonly string[]) {
  return records
    .selectFrom("block")
    .select(["ip", "since", "until", "by", "reason", "scan_id", "evidence"])
    .where("ended_at", "is", null)
    .where("ip", "in", ips)
    .orderBy("id")
    .execute();
}

function toBareEntry(ip: string): FeedEntry {
  return { ip, since: null, until: null, by: null, reason: null, scanId: null, evidence: null };
}
