import { wordCount } from "../../src/card.ts";
import type { CliContext } from "./scan-command.ts";

/** Takes the records of the data folder over into PostgreSQL; 2 when their audit trail is not whole there. */
export async function recordsMoveCommand({ tools, terminal }: CliContext): Promise<number> {
  const { from, rows, audit } = await tools.moveRecords();
  await terminal.print(`${wordCount(rows, "row")} of ${from} are in the database now.`);
  await terminal.print(
    audit.whole
      ? `The audit trail is whole: ${wordCount(audit.entries, "entry", "entries")}.`
      : `The audit trail was changed at entry ${audit.brokenAt}, there as here: what follows cannot be trusted.`,
  );
  terminal.say(`${from} is as it was: keep it as a copy, and start vtip with DATABASE_URL from now on.`);
  return audit.whole ? 0 : 2;
}
