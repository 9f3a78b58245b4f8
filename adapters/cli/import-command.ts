import { userInfo } from "node:os";

import { wordCount, wordTime } from "../../src/card.ts";
import type { ImportCause, ImportRecord, ImportReport } from "../../src/contract.ts";
import { readInput } from "./input.ts";
import { withCore, type CliContext } from "./scan-command.ts";
import { printable, type Terminal } from "./terminal.ts";

/** The options of `blocklist import`, as commander gives them. */
export interface ImportFlags {
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** What was taken is shown up to this; all of what was refused is. */
const MOST_TAKEN = 50;

const WORDS: Readonly<Record<ImportCause, string>> = {
  "no-address": "no address",
  "wider-than-one": "networks or ranges",
  reserved: "private or reserved",
  repeated: "twice in the file",
  whitelisted: "whitelisted",
  "own-network": "in own networks",
  "shared-infrastructure": "shared infrastructure",
  overtaken: "overtaken",
};

/** Puts the addresses of a file on the blacklist. */
export async function blocklistImportCommand(
  context: CliContext,
  file: string,
  { reason, dryRun = false, yes = false, json = false }: ImportFlags,
): Promise<number> {
  const input = await readInput([], { ipList: file });
  return withCore(context, undefined, async (core) => {
    const user = userInfo().username;
    const options = { reason: reason ?? null, isDryRun: dryRun, isSure: yes, user };
    const report = await core.importBlockList(input, options);
    await (json ? printJson : printLines)(context.terminal, report);
    if (report.state !== "unsure") return 0;
    context.terminal.say(
      `vtip: ${wordCount(report.taken, "address", "addresses")} are more than MAX_BLOCKS_PER_APPROVAL ` +
        `(${report.most}): nothing was changed. If all of them are meant, run it again with --yes.`,
    );
    return 1;
  });
}

async function printLines(terminal: Terminal, report: ImportReport): Promise<void> {
  const { records, state, taken, until } = report;
  const isDone = state === "done";
  let shown = 0;
  for (const record of records) {
    if (record.outcome === "listed") continue;
    if (record.outcome === "taken") shown += 1;
    if (record.outcome === "taken" && shown > MOST_TAKEN) continue;
    await terminal.print(toLine(record, isDone ? "taken" : "may be taken"));
  }
  if (taken > MOST_TAKEN) {
    await terminal.print(`… and ${(taken - MOST_TAKEN).toLocaleString("en-US")} more; --json shows all`);
  }
  const end = taken === 0 || until === null ? "" : `, until ${wordTime(until)}`;
  await terminal.print(
    `${isDone ? "Taken" : "To be taken"}: ${wordCount(taken, "address", "addresses")}${end}`,
  );
  await terminal.print(`Already listed: ${report.listed.toLocaleString("en-US")}`);
  await terminal.print(`Refused: ${toSums(report)}`);
  if (state === "dry-run") terminal.say("Nothing was changed (--dry-run).");
}

function toLine({ line, entry, ip, reason }: ImportRecord, takenWords: string): string {
  return `line ${line}  ${printable(reason === null ? (ip ?? entry) : entry, 60)}  ${printable(reason ?? takenWords)}`;
}

function toSums({ refused }: ImportReport): string {
  const sums = Object.entries(refused) as [ImportCause, number][];
  const count = sums.reduce((sum, [, some]) => sum + some, 0);
  if (count === 0) return "0";
  const causes = sums.map(([cause, some]) => `${some.toLocaleString("en-US")} ${WORDS[cause]}`);
  return `${count.toLocaleString("en-US")} (${causes.join(", ")})`;
}

async function printJson(terminal: Terminal, report: ImportReport): Promise<void> {
  const { records, taken, listed, refused, state, until } = report;
  for (const record of records) await terminal.print(JSON.stringify(record));
  const summary = {
    entries: records.length,
    taken,
    listed,
    refused: records.length - taken - listed,
    causes: refused,
    changed: state === "done" && taken > 0,
    until: taken === 0 || until === null ? null : new Date(until).toISOString(),
  };
  await terminal.print(JSON.stringify({ summary }));
}
