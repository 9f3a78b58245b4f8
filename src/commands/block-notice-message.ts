import { randomUUID } from "node:crypto";
import { isIP } from "node:net";

import type { Records } from "../records/records.ts";
import { readBlockedList } from "./block-notice-list.ts";
import type { Tools } from "./tools.ts";

/** A change of the blacklist as the webhook tells it; the same bytes at each try. */
export interface Notice {
  readonly id: string;
  /** JSON. */
  readonly body: string;
}

const TARGET = "webhook";
/** Entries of the audit trail in one message, which then has at most some 250 KB. */
const AT_ONCE = 5000;

/** Acts of the audit trail that change the list, where their subject is an address. */
const ADDING: readonly string[] = ["block", "import"];
const REMOVING: readonly string[] = ["undo", "unblock", "block ended", "whitelisted"];

/**
 * The oldest message that is not delivered yet; null when there is nothing to tell. It is written down before it is
 * returned, together with how far in the audit trail it goes: whatever ends the program, the next run sends the same.
 * What was before the first call is not told. @throws UserError when the blacklist cannot be read.
 */
export async function nextNotice(tools: Pick<Tools, "config" | "records">): Promise<Notice | null> {
  const { records } = tools;
  const cursor = await records
    .selectFrom("block_notice")
    .selectAll()
    .where("target", "=", TARGET)
    .executeTakeFirst();
  if (cursor === undefined) return begin(records);
  if (cursor.notice !== null && cursor.body !== null) return { id: cursor.notice, body: cursor.body };
  const rows = await records
    .selectFrom("audit")
    .select(["id", "at", "action", "subject"])
    .where("id", ">", cursor.audit_id)
    .orderBy("id")
    .limit(AT_ONCE)
    .execute();
  const last = rows.at(-1);
  if (last === undefined) return null;
  const { added, removed } = toChanges(rows);
  if (added.length + removed.length === 0) {
    await advance(records, cursor.audit_id, { audit_id: last.id });
    return null;
  }
  const { count, sha256 } = await readBlockedList(tools);
  const id = randomUUID();
  const body = JSON.stringify({ id, at: new Date(last.at).toISOString(), added, removed, count, sha256 });
  const isOurs = await advance(records, cursor.audit_id, { audit_id: last.id, notice: id, body });
  return isOurs ? { id, body } : null;
}

/** The message has arrived: the next call of `nextNotice` goes on after it. */
export async function noticeDelivered(records: Records, id: string): Promise<void> {
  await records
    .updateTable("block_notice")
    .set({ notice: null, body: null })
    .where("target", "=", TARGET)
    .where("notice", "=", id)
    .execute();
}

async function begin(records: Records): Promise<null> {
  const newest = await records.selectFrom("audit").select("id").orderBy("id", "desc").executeTakeFirst();
  await records
    .insertInto("block_notice")
    .values({ target: TARGET, audit_id: newest?.id ?? 0, notice: null, body: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return null;
}

/** In one statement, so that of two processes only one writes a message about the same entries. */
async function advance(
  records: Records,
  from: number,
  to: { readonly audit_id: number; readonly notice?: string; readonly body?: string },
): Promise<boolean> {
  const { numUpdatedRows } = await records
    .updateTable("block_notice")
    .set(to)
    .where("target", "=", TARGET)
    .where("audit_id", "=", from)
    .where("notice", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** What is left of all these acts: of an address that came and went only the last one counts. */
function toChanges(rows: readonly { readonly action: string; readonly subject: string }[]) {
  const isListed = new Map<string, boolean>();
  for (const { action, subject } of rows) {
    // Decisions about a whole question have the same names.
    if (isIP(subject) === 0) continue;
    if (ADDING.includes(action)) isListed.set(subject, true);
    else if (REMOVING.includes(action)) isListed.set(subject, false);
  }
  const of = (listed: boolean) => [...isListed].flatMap(([ip, is]) => (is === listed ? [ip] : []));
  return { added: of(true), removed: of(false) };
}
