import type { CompiledQuery } from "kysely";

import { isPostgres } from "./postgres-only.ts";
import type { Records } from "./records.ts";

/** So many make a statement that is short enough to be kept once it is prepared. */
const AT_ONCE = 40;
/** Over a network each statement is waited for: fewer are quicker. */
const AT_ONCE_IN_POSTGRES = 500;

/**
 * Inserts many rows with the same columns, each made when it is its turn. To put a statement together and to prepare it
 * takes longer than to carry it out, so that all of them share one. `toInsert` makes the statement that inserts some.
 */
export async function insertRows<Row extends object>(
  db: Records,
  rows: Iterable<Row>,
  toInsert: (some: readonly Row[]) => { compile(): CompiledQuery },
): Promise<void> {
  const most = isPostgres(db) ? AT_ONCE_IN_POSTGRES : AT_ONCE;
  let whole: CompiledQuery | null = null;
  let some: Row[] = [];
  for (const row of rows) {
    some.push(row);
    if (some.length < most) continue;
    whole ??= toInsert(some).compile();
    await db.executeQuery({ ...whole, parameters: some.flatMap((one): unknown[] => Object.values(one)) });
    some = [];
  }
  if (some.length > 0) await db.executeQuery(toInsert(some).compile());
}
