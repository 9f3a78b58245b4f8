import { UserError } from "../errors.ts";
import { nameWho, type Attempt } from "../lists/approver.ts";
import { withBlacklist } from "../lists/blacklist-file.ts";
import { compareWithRecords } from "../lists/hand-edits.ts";
import { statOf } from "../lists/list-text.ts";
import type { ListTools } from "../lists/list-tools.ts";
import { adoptList } from "../lists/our-list.ts";
import { appendAudit } from "../records/audit-trail.ts";
import { isPostgres } from "../records/postgres-only.ts";
import { assertRight } from "./console-right.ts";

/** How the file that is to be the list differs from what the records say is blocked. */
export interface Adoption {
  readonly file: string;
  /** Whether it is the list of the records now. */
  readonly isDone: boolean;
  /** On it, and not in the records. */
  readonly added: number;
  /** In the records, and not on it: the bot takes them for taken out by hand. */
  readonly removed: number;
}

/**
 * Makes BLACKLIST_FILE the list of records that had another file. Where blocks would end by that it is done only when
 * `isSure`. Who may not is noted in the audit trail.
 * @throws UserError when there is no such file, the records are SQLite's own, or the person may not.
 */
export async function adoptBlockList(
  tools: ListTools,
  { isSure }: { readonly isSure: boolean },
  attempt: Attempt,
): Promise<Adoption> {
  const { config, records, clock } = tools;
  const file = config.blacklistFile;
  if (!isPostgres(records))
    throw new UserError(
      "Nothing to adopt: only records in PostgreSQL (DATABASE_URL) know their blacklist again.",
    );
  if (statOf(file) === null)
    throw new UserError(`${file} is not there: make it first, as docs/operations.md does after a restore.`);
  await assertRight(tools, { action: "adopt list", subject: file }, attempt);
  return withBlacklist(file, async (list) => {
    const { added, removed } = await compareWithRecords(tools);
    const differences = { file, added: added.length, removed: removed.length };
    if (removed.length > 0 && !isSure) return { ...differences, isDone: false };
    await records.transaction().execute(async (db) => {
      await adoptList(db, list);
      const detail = { added: added.length, removed: removed.length };
      await appendAudit(db, {
        at: clock.now(),
        who: nameWho(attempt.user),
        action: "adopt list",
        subject: file,
        detail,
      });
    });
    return { ...differences, isDone: true };
  });
}
