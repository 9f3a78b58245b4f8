import { appendAudits } from "../records/audit-trail.ts";
import { thisOwner } from "../records/owner.ts";
import type { Records } from "../records/records.ts";
import { turn } from "../turn.ts";
import { BY_HAND } from "./actor.ts";
import { withBlacklist } from "./blacklist-file.ts";
import { parseBlacklist } from "./blacklist.ts";
import { mendAbandoned } from "./change-work.ts";
import { readListText, statOf } from "./list-text.ts";
import type { ListTools } from "./list-tools.ts";

/** In one transaction: a list that is taken over for the first time may be long, and others want the records, too. */
const AT_ONCE = 500;

/** What people have changed in the file. */
export interface HandEdits {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Takes over what people changed in the blacklist: blocks and audit trail tell it afterwards, the file is not touched.
 * It happens under the list's lock, so that no change of the program's own is taken for one. A file that is not there is
 * no edit. @throws UserError when the list cannot be read or its lock not be had.
 */
export async function takeOverEdits(tools: ListTools): Promise<HandEdits> {
  const { blacklistFile } = tools.config;
  return withBlacklist(blacklistFile, async (list) => {
    await mendAbandoned(tools, list);
    if (statOf(blacklistFile) === null) return { added: [], removed: [] };
    const edits = await compare(tools.records, parseBlacklist(readListText(blacklistFile).text).addresses);
    for (const ips of chunksOf(edits.added)) {
      await tools.records.transaction().execute(async (db) => noteAdded(tools, db, ips));
      await turn();
    }
    for (const ips of chunksOf(edits.removed)) {
      await tools.records.transaction().execute(async (db) => noteRemoved(tools, db, ips));
      await turn();
    }
    const { added, removed } = edits;
    if (added.length + removed.length > 0) {
      tools.log.info(
        { added: added.length, removed: removed.length },
        "edits of the blacklist by hand taken over",
      );
    }
    return edits;
  });
}

async function compare(records: Records, listed: readonly string[]): Promise<HandEdits> {
  const rows = await records
    .selectFrom("block")
    .select("ip")
    .distinct()
    .where("ended_at", "is", null)
    .execute();
  const known = new Set(rows.map(({ ip }) => ip));
  const isListed = new Set(listed);
  return {
    added: listed.filter((ip) => !known.has(ip)),
    removed: [...known].filter((ip) => !isListed.has(ip)),
  };
}

async function noteAdded({ clock }: ListTools, db: Records, ips: readonly string[]): Promise<void> {
  const at = clock.now();
  const addresses = JSON.stringify(ips);
  const { id } = await db
    .insertInto("list_change")
    .values({
      at,
      kind: "add",
      who: BY_HAND,
      action: BY_HAND,
      wanted: addresses,
      effective: addresses,
      reason: null,
      until: null,
      proposal_id: null,
      scan_id: null,
      link: null,
      state: "done",
      owner: thisOwner,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  const common = {
    since: at,
    by: BY_HAND,
    until: null,
    reason: null,
    change_id: id,
    proposal_id: null,
    scan_id: null,
    evidence: "{}",
    ended_at: null,
    ended_by: null,
    end_reason: null,
  };
  await db
    .insertInto("block")
    .values(ips.map((ip) => ({ ip, ...common })))
    .execute();
  await audit(db, at, "block", ips);
}

async function noteRemoved({ clock }: ListTools, db: Records, ips: readonly string[]): Promise<void> {
  const at = clock.now();
  await db
    .updateTable("block")
    .set({ ended_at: at, ended_by: BY_HAND, end_reason: BY_HAND })
    .where("ended_at", "is", null)
    .where("ip", "in", ips)
    .execute();
  await audit(db, at, "unblock", ips);
}

async function audit(db: Records, at: number, action: string, ips: readonly string[]): Promise<void> {
  await appendAudits(
    db,
    ips.map((subject) => ({ at, who: BY_HAND, action, subject, detail: {} })),
  );
}

function chunksOf(ips: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(ips.length / AT_ONCE);
  return Array.from({ length: count }, (_, n) => ips.slice(n * AT_ONCE, (n + 1) * AT_ONCE));
}
