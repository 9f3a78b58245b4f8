import { UserError } from "../errors.ts";
import { isPostgres } from "../records/postgres-only.ts";
import type { Records } from "../records/records.ts";
import { withBlacklist, type HeldList } from "./blacklist-file.ts";
import type { ListTools } from "./list-tools.ts";

/** Of the lists of these records, the one that is changed. */
const NAME = "blacklist";

/**
 * Does `work` under the lock of the blacklist, as `withBlacklist`. Records in PostgreSQL may be opened on any machine, so
 * there the file must be the very one that they are about: what another file lacks would count as taken out by hand.
 * @throws UserError where it is another one, too; then nothing is done.
 */
export async function withOurList<Result>(
  { config, records }: Pick<ListTools, "config" | "records">,
  work: (list: HeldList) => Promise<Result>,
): Promise<Result> {
  return withBlacklist(config.blacklistFile, async (list) => {
    if (!(await isOurs(records, list))) throw toOther(config.blacklistFile);
    return work(list);
  });
}

/**
 * For a process that begins to serve. A list that cannot be locked now is asked for its mark when it is changed.
 * @throws UserError where the file is not the list of these records.
 */
export async function checkOurList({
  config,
  records,
  log,
}: Pick<ListTools, "config" | "records" | "log">): Promise<void> {
  if (!isPostgres(records)) return;
  try {
    if (await withBlacklist(config.blacklistFile, async (list) => isOurs(records, list))) return;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    log.warn({ reason: error.message }, "the blacklist cannot be changed");
    return;
  }
  throw toOther(config.blacklistFile);
}

/** From now on the records are about the list that `list` holds the lock of. In the caller's transaction. */
export async function adoptList(db: Records, list: HeldList): Promise<void> {
  await db
    .insertInto("list_identity")
    .values({ name: NAME, mark: list.mark })
    .onConflict((row) => row.column("name").doUpdateSet({ mark: list.mark }))
    .execute();
}

/** The first list that is used with records in PostgreSQL is theirs. */
async function isOurs(records: Records, { mark }: HeldList): Promise<boolean> {
  if (!isPostgres(records)) return true;
  const find = () =>
    records.selectFrom("list_identity").select("mark").where("name", "=", NAME).executeTakeFirst();
  const known = await find();
  if (known !== undefined) return known.mark === mark;
  await records
    .insertInto("list_identity")
    .values({ name: NAME, mark })
    .onConflict((row) => row.column("name").doNothing())
    .execute();
  return (await find())?.mark === mark;
}

function toOther(file: string): UserError {
  return new UserError(
    `${file} is not the blacklist of these records: all processes on one database share one file. ` +
      "Set BLACKLIST_FILE to it, in its own folder with the .lock beside it, " +
      'or make this one their list with "vtip blocklist adopt".',
    { exitStatus: 3 },
  );
}
