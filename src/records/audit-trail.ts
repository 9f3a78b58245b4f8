import { createHash } from "node:crypto";

import { sql, type Selectable, type Transaction } from "kysely";

import type { Records } from "./records.ts";
import type { AuditTable, Tables } from "./tables.ts";

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

/** Appends one entry. Nothing in the trail is ever changed: the database refuses it. */
export async function appendAudit(records: Records, entry: AuditEntry): Promise<void> {
  await records.transaction().execute(async (db) => {
    const previous = await lockHead(db);
    const row = { ...entry, detail: JSON.stringify(entry.detail), previous };
    const hash = hashOf(row);
    const { id } = await db
      .insertInto("audit")
      .values({ ...row, hash })
      .returning("id")
      .executeTakeFirstOrThrow();
    await db.updateTable("audit_head").set({ hash, last_id: id }).execute();
  });
}

/** All entries in order. */
export async function* readAudit(records: Records): AsyncGenerator<AuditRow> {
  let after = 0;
  for (let rows = await next(); rows.length > 0; rows = await next()) {
    for (const row of rows) yield { ...row, detail: JSON.parse(row.detail) as Record<string, unknown> };
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

/** Writing first takes the write lock, so that two processes cannot append after the same entry. */
async function lockHead(db: Transaction<Tables>): Promise<string> {
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
  return createHash("sha256").update(JSON.stringify(fields)).digest("hex");
}
