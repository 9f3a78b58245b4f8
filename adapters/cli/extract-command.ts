import type { Input, Piece } from "../../src/contract.ts";
import { readInput } from "./input.ts";
import type { CliContext } from "./scan-command.ts";
import { printable } from "./terminal.ts";

/** Lists what a text holds, in order of first appearance. */
export async function extractCommand(
  context: CliContext,
  file: string | undefined,
  flags: { json?: boolean },
): Promise<number> {
  const { tools, terminal } = context;
  const input: Input = file === undefined ? await readInput([], {}) : { kind: "file", path: file };
  const { pieces, columns } = await tools.extract(input);
  if (columns.length > 0) terminal.say(`Read from ${columns.join(", ")} only.`);
  for (const piece of pieces)
    await terminal.print(flags.json ? JSON.stringify(toRecord(piece)) : toLine(piece));
  return 0;
}

function toRecord({ input, indicator, offset, rejected, skipped }: Piece) {
  return {
    input,
    indicator: indicator?.value ?? null,
    kind: indicator?.kind ?? null,
    offset,
    rejected,
    skipped,
  };
}

function toLine({ input, indicator, rejected, skipped }: Piece): string {
  if (indicator === null) return `${"rejected".padEnd(10)}${printable(input)} (${rejected})`;
  return `${indicator.kind.padEnd(10)}${indicator.value}${skipped === null ? "" : ` (skipped: ${skipped})`}`;
}
