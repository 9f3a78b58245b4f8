import type { VerdictRule } from "../model.ts";
import { FactsRow } from "../records/facts-row.ts";
import type { Records } from "../records/records.ts";
import { judge } from "../report/verdict.ts";
import type { ItemRow } from "./item-rows.ts";
import { itemsFrom, writeItems } from "./item-store.ts";

const CHUNK = 500;

/** Judges the answers of a scan that goes on by today's rule, so that one report never mixes two. */
export async function rejudge(records: Records, scanId: string, rule: VerdictRule): Promise<void> {
  for (let from = 0; ; from += CHUNK) {
    const rows = await itemsFrom(records, scanId, from, CHUNK);
    const changed = rows.flatMap((row) => {
      const status = judgedAnew(row, rule);
      return status === row.status ? [] : [{ ...row, status }];
    });
    if (changed.length > 0) await writeItems(records, changed);
    if (rows.length < CHUNK) return;
  }
}

function judgedAnew(row: ItemRow, rule: VerdictRule): ItemRow["status"] {
  if (row.status === null || ["failed", "skipped", "rejected"].includes(row.status)) return row.status;
  return judge(row.facts === null ? null : FactsRow.parse(JSON.parse(row.facts)), rule);
}
