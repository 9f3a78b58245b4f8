import { z } from "zod";

import type { Records } from "../records/records.ts";
import type { ListTools } from "./list-tools.ts";

/** What an approver filled in, by the names of the form's fields. */
export type Choice = Readonly<Record<string, readonly string[]>>;

const Choices = z.record(z.string(), z.record(z.string(), z.array(z.string())));

/** Keeps what an approver chose, for the second question about it. */
export async function keepChoice(
  { records }: Pick<ListTools, "records">,
  proposalId: string,
  userId: string,
  choice: Choice,
): Promise<void> {
  const choices = await readChoices(records, proposalId);
  await records
    .updateTable("proposal")
    .set({ choices: JSON.stringify({ ...choices, [userId]: choice }) })
    .where("id", "=", proposalId)
    .execute();
}

/** What this approver chose last; null when nothing. */
export async function readChoice(
  { records }: Pick<ListTools, "records">,
  proposalId: string,
  userId: string,
): Promise<Choice | null> {
  const choices = await readChoices(records, proposalId);
  return Object.hasOwn(choices, userId) ? (choices[userId] ?? null) : null;
}

async function readChoices(records: Records, proposalId: string): Promise<Readonly<Record<string, Choice>>> {
  const row = await records
    .selectFrom("proposal")
    .select("choices")
    .where("id", "=", proposalId)
    .executeTakeFirst();
  return row?.choices ? Choices.parse(JSON.parse(row.choices)) : {};
}
