import { wordSummary, wordTime } from "../../src/card.ts";
import type { ScanSums } from "../../src/contract.ts";
import { withCore, type CliContext } from "./scan-command.ts";
import { printable } from "./terminal.ts";

/** Lists the newest scans. */
export async function scansCommand(context: CliContext): Promise<number> {
  return withCore(context, undefined, async (core) => {
    const scans = await core.scans();
    if (scans.length === 0) context.terminal.say("No scan yet.");
    for (const sums of scans) await context.terminal.print(toLine(sums));
    return 0;
  });
}

/** Stops a scan. */
export async function cancelCommand(context: CliContext, id: string): Promise<number> {
  return withCore(context, undefined, async (core) => {
    const sums = await core.cancel(id);
    await context.terminal.print(`Cancelled. ${toLine(sums)}`);
    return 0;
  });
}

function toLine({ scan, summary, open }: ScanSums): string {
  const left = open === 0 ? "" : ` (${open} of the skipped not asked yet)`;
  return `${scan.id}  ${wordTime(scan.createdAt)}  ${scan.state.padEnd(11)} ${printable(scan.source.name, 40)}  ${wordSummary(summary)}${left}`;
}
