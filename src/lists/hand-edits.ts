import { sql } from "kysely";

import { appendAudits } from "../records/audit-trail.ts";
import { thisOwner } from "../records/owner.ts";
import type { Records } from "../records/records.ts";
import { turn } from "../turn.ts";
import { BY_HAND } from "./actor.ts";
import { parseBlacklist, type Blacklist } from "./blacklist.ts";
import { mendAbandoned, recoverChanges } from "./change-work.ts";
import { readListText, statOf } from "./list-text.ts";
import type { ListTools } from "./list-tools.ts";
import { withOurList } from "./our-list.ts";

/** In one transaction: a list that is taken over for the first time may be long, and others want the records, too. */
const AT_ONCE = 500;

/** What people have changed in the file. */
export interface HandEdits {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Takes over what people changed in the blacklist: blocks and audit trail tell it afterwards, the file is not touched.
 * What is found without the list's lock, so that nobody waits for a long list to be compared, counts as far as it is
 * still so under it: no change of the program's own is taken for one. A file that is not there is no edit.
 * @throws UserError when the list cannot be read or its lock not be had.
 */
export async function takeOverEdits(tools: ListTools): Promise<HandEdits> {
  await recoverChanges(tools);
  const found = await compareWithRecords(tools);
  if (isNothing(found)) return found;
  return withOurList(tools, async (list) => {
    await mendAbandoned(tools, list);
    const edits = await confirm(tools, found);
    for (const ips of chunksOf(edits.added)) {
      await tools.records.transaction().execute(async (db) => noteAdded(tools, db, ips));
      await turn();
    }
    for (const ips of chunksOf(edits.removed)) {
      await tools.records.transaction().execute(async (db) => noteRemoved(tools, db, ips));
      await turn();
    }
    if (!isNothing(edits)) {
      const { added, removed } = edits;
      tools.log.info(
        { added: added.length, removed: removed.length },
        "edits of the blacklist by hand taken over",
      );
    }
    return edits;
  });
}

const NOTHING: HandEdits = { added: [], removed: [] };

function isNothing({ added, removed }: HandEdits): boolean {
  return added.length + removed.length === 0;
}

/** Where the list and the records differ, worked out a piece at a time. A file that is not there differs in nothing. */
export async function compareWithRecords({
  config,
  records,
}: Pick<ListTools, "config" | "records">): Promise<HandEdits> {
  const blacklist = readBlacklist(config.blacklistFile);
  if (blacklist === null) return NOTHING;
  const known = new Set<string>();
  const removed = new Set<string>();
  for await (const ips of openAddresses(records)) {
    for (const ip of ips) known.add(ip);
    for (const ip of ips) if (!blacklist.has(ip)) removed.add(ip);
  }
  if (known.size - removed.size === blacklist.count) return { added: [], removed: [...removed] };
  const added: string[] = [];
  for (let at = 0; at < blacklist.count; at += AT_ONCE) {
    added.push(...blacklist.slice(at, at + AT_ONCE).filter((ip) => !known.has(ip)));
    await turn();
  }
  return { added, removed: [...removed] };
}

/** What is still so. */
async function confirm({ config, records }: ListTools, found: HandEdits): Promise<HandEdits> {
  const blacklist = readBlacklist(config.blacklistFile);
  if (blacklist === null) return NOTHING;
  const added: string[] = [];
  const removed: string[] = [];
  for (const ips of chunksOf(found.added.filter((ip) => blacklist.has(ip)))) {
    const open = await openOf(records, ips);
    added.push(...ips.filter((ip) => !open.has(ip)));
  }
  for (const ips of chunksOf(found.removed.filter((ip) => !blacklist.has(ip)))) {
    removed.push(...(await openOf(records, ips)));
  }
  return { added, removed };
}

function readBlacklist(file: string): Blacklist | null {
  return statOf(file) === null ? null : parseBlacklist(readListText(file).text);
}

/** By number, a page from where the one before ended: the plus keeps SQLite from sorting all of them for each. */
async function* openAddresses(records: Records): AsyncGenerator<readonly string[]> {
  for (let after = 0; ;) {
    const rows = await records
      .selectFrom("block")
      .select(["id", "ip"])
      .where("id", ">", after)
      .where(sql`+ended_at`, "is", null)
      .orderBy("id")
      .limit(AT_ONCE)
      .execute();
    yield rows.map(({ ip }) => ip);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
    await turn();
  }
}

async function openOf(records: Records, ips: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await records
    .selectFrom("block")
    .select("ip")
    .where("ended_at", "is", null)
    .where("ip", "in", ips)
    .execute();
  return new Set(rows.map(({ ip }) => ip));
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
