import { hash } from "node:crypto";

import { sql, type Selectable } from "kysely";

import { inChunks } from "./in-chunks.ts";
import { insertRows } from "./insert-rows.ts";
import type { Records } from "./records.ts";
import type { AuditTable } from "./tables.ts";

/** What somebody did, or tried to do, to the lists. */
export interface AuditEntry {
  readonly at: number;
  /** Such as `local:console`, or a platform's user. */
  readonly who: string;
  /** Such as `unblock` or `unblock refused`. */
  readonly action: string;
  readonly subject: string;
  /** Reason and evidence. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** An entry as it stands in the trail; `hash` covers it and all before it. */
export interface AuditRow extends AuditEntry {
  readonly id: number;
  readonly previous: string;
  readonly hash: string;
}

/** Whether the trail is whole; if not, the first entry that was changed, put in or taken out. */
export type AuditCheck =
  | { readonly whole: true; readonly entries: number }
  | { readonly whole: false; readonly brokenAt: number };

const START = "0".repeat(64);
const CHUNK = 1000;

/** Appends one entry; within the caller's transaction where `records` is one. The database refuses to change it later. */
export async function appendAudit(records: Records, entry: AuditEntry): Promise<void> {
  await appendAudits(records, [entry]);
}

/** Appends entries in this order, all or none; within the caller's transaction where `records` is one. */
export async function appendAudits(records: Records, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  if (records.isTransaction) return append(records, entries);
  await records.transaction().execute(async (db) => append(db, entries));
}

async function append(db: Records, entries: readonly AuditEntry[]): Promise<void> {
  let head = await lockHead(db);
  function* chained() {
    for (const { at, who, action, subject, detail } of entries) {
      const row = { at, who, action, subject, detail: JSON.stringify(detail), previous: head };
      head = hashOf(row);
      yield { ...row, hash: head };
    }
  }
  await insertRows(db, chained(), (some) => db.insertInto("audit").values(some));
  const { last } = await db
    .selectFrom("audit")
    .select((row) => row.fn.max("id").as("last"))
    .executeTakeFirstOrThrow();
  await db.updateTable("audit_head").set({ hash: head, last_id: last }).execute();
}

/** All entries in order. */
export async function* readAudit(records: Records): AsyncGenerator<AuditRow> {
  let after = 0;
  for (let rows = await next(); rows.length > 0; rows = await next()) {
    for (const row of rows) yield toAuditRow(row);
    after = rows.at(-1)?.id ?? after;
  }
  async function next(): Promise<Selectable<AuditTable>[]> {
    return records
      .selectFrom("audit")
      .selectAll()
      .where("id", ">", after)
      .orderBy("id")
      .limit(CHUNK)
      .execute();
  }
}

/** What people did with one subject, such as an address, in order. */
export async function auditOf(records: Records, subject: string): Promise<readonly AuditRow[]> {
  const rows = await records
    .selectFrom("audit")
    .selectAll()
    .where("subject", "=", subject)
    .orderBy("id")
    .execute();
  return rows.map(toAuditRow);
}

/** The acts of some kinds upon subjects since a time, in ms since 1970, in order. */
export async function auditsOf(
  records: Records,
  subjects: readonly string[],
  { actions, since }: { readonly actions: readonly string[]; readonly since: number },
): Promise<readonly AuditRow[]> {
  const rows = await inChunks(subjects, async (some) =>
    records
      .selectFrom("audit")
      .selectAll()
      .where("subject", "in", some)
      .where("action", "in", actions)
      .where("at", ">=", since)
      .orderBy("id")
      .execute(),
  );
  return rows.map(toAuditRow);
}

/** Follows the hashes from the first entry to the last, and to the head that says which is the last. */
export async function verifyAudit(records: Records): Promise<AuditCheck> {
  let previous = START;
  let last = 0;
  let entries = 0;
  for await (const row of readAudit(records)) {
    if (row.previous !== previous || hashOf({ ...row, detail: JSON.stringify(row.detail) }) !== row.hash) {
      return { whole: false, brokenAt: row.id };
    }
    previous = row.hash;
    last = row.id;
    entries += 1;
  }
  const head = await records.selectFrom("audit_head").selectAll().executeTakeFirst();
  if (head !== undefined && (head.hash !== previous || head.last_id !== last))
    return { whole: false, brokenAt: last + 1 };
  return { whole: true, entries };
}

/** A row of the table as an entry. */
export function toAuditRow(row: Selectable<AuditTable>): AuditRow {
  return { ...row, detail: JSON.parse(row.detail) as Record<string, unknown> };
}

/** Writing first takes the write lock, so that two processes cannot append after the same entry. */
async function lockHead(db: Records): Promise<string> {
  await db
    .updateTable("audit_head")
    .set({ last_id: sql<number>`last_id` })
    .execute();
  const head = await db.selectFrom("audit_head").select("hash").executeTakeFirst();
  if (head !== undefined) return head.hash;
  await db.insertInto("audit_head").values({ hash: START, last_id: 0 }).execute();
  return START;
}

function hashOf(row: {
  at: number;
  who: string;
  action: string;
  subject: string;
  detail: string;
  previous: string;
}): string {
  const fields = [row.previous, row.at, row.who, row.action, row.subject, row.detail];
  return hash("sha256", JSON.stringify(fields));
}
