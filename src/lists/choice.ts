import { z } from "zod";

import type { Records } from "../records/records.ts";
import type { ListTools } from "./list-tools.ts";

/** What an approver filled in, by the names of the form's fields. */
export type Choice = Readonly<Record<string, readonly string[]>>;

const Choices = z.record(z.string(), z.record(z.string(), z.array(z.string())));

/** Keeps what an approver chose, for the second question about it. */
export async function keepChoice(
  { records }: Pick<ListTools, "records">,
  id: string,
  userId: string,
  choice: Choice,
): Promise<void> {
  // Two may choose at the same moment, and each keeps what was theirs.
  await records.transaction().execute(async (turn) => {
    const row = turn.updateTable(tableOf(id)).where("id", "=", id);
    // One that began by reading SQLite would refuse where somebody else has written since.
    await row.set((now) => ({ choices: now.ref("choices") })).execute();
    const choices = await readChoices(turn, id);
    await row.set({ choices: JSON.stringify({ ...choices, [userId]: choice }) }).execute();
  });
}

/** What this approver chose last; null when nothing. */
export async function readChoice(
  { records }: Pick<ListTools, "records">,
  id: string,
  userId: string,
): Promise<Choice | null> {
  const choices = await readChoices(records, id);
  return Object.hasOwn(choices, userId) ? (choices[userId] ?? null) : null;
}

async function readChoices(records: Records, id: string): Promise<Readonly<Record<string, Choice>>> {
  const row = await records.selectFrom(tableOf(id)).select("choices").where("id", "=", id).executeTakeFirst();
  return row?.choices ? Choices.parse(JSON.parse(row.choices)) : {};
}

/** A proposal's or a digest's, by its id. */
function tableOf(id: string): "proposal" | "digest" {
  return id.startsWith("D-") ? "digest" : "proposal";
}
