import type { CompiledQuery } from "kysely";

import type { Records } from "./records.ts";

/** So many make a statement that is short enough to be kept once it is prepared. */
const AT_ONCE = 40;

/**
 * Inserts many rows with the same columns. To put a statement together and to prepare it takes longer than to carry it
 * out, so that all of them share one. `toInsert` makes the statement that inserts some.
 */
export async function insertRows<Row extends object>(
  db: Records,
  rows: readonly Row[],
  toInsert: (some: readonly Row[]) => { compile(): CompiledQuery },
): Promise<void> {
  let whole: CompiledQuery | null = null;
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const some = rows.slice(at, at + AT_ONCE);
    if (whole !== null && some.length === AT_ONCE) {
      await db.executeQuery({ ...whole, parameters: some.flatMap((row): unknown[] => Object.values(row)) });
      continue;
    }
    const query = toInsert(some).compile();
    if (some.length === AT_ONCE) whole = query;
    await db.executeQuery(query);
  }
}
