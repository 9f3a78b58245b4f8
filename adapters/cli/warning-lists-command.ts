import { wordCount } from "../../src/card.ts";
import type { UpdatedList } from "../../src/contract.ts";
import type { CliContext } from "./scan-command.ts";
import { printable } from "./terminal.ts";

/** Fetches the warning lists and says what changed; 2 when one did not come. */
export async function warningListsUpdateCommand({ tools, terminal }: CliContext): Promise<number> {
  const { folder, lists } = await tools.updateWarningLists();
  for (const list of lists) if (list.kind !== "same") await terminal.print(toLine(list));
  const count = (kind: UpdatedList["kind"]) => lists.filter((list) => list.kind === kind).length;
  const failed = count("failed");
  const words = [
    `${count("new")} new`,
    `${count("changed")} changed`,
    `${count("same")} as before`,
    ...(failed === 0 ? [] : [`${failed} not fetched`]),
  ];
  terminal.say(`${wordCount(lists.length, "list")} in ${folder}: ${words.join(", ")}`);
  return failed === 0 ? 0 : 2;
}

function toLine(list: UpdatedList): string {
  const key = printable(list.key, 60);
  if (list.kind === "failed") {
    return `${key}: ${printable(list.reason, 200)}; ${list.isKept ? "the one from before is kept" : "none is here"}`;
  }
  const entries = `${printable(list.name, 100)}, ${wordCount(list.count, "entry", "entries")}`;
  if (list.kind !== "changed") return `${key}: ${list.kind}: ${entries}`;
  return `${key}: changed: ${entries} (${list.added} added, ${list.removed} taken out)`;
}
