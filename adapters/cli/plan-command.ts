import { wordPlan } from "../../src/card.ts";
import { readInput, type InputOptions } from "./input.ts";
import { withCore, type CliContext } from "./scan-command.ts";

/** Says what a scan would cost. */
export async function planCommand(
  context: CliContext,
  words: readonly string[],
  flags: InputOptions,
): Promise<number> {
  const input = await readInput(words, flags);
  return withCore(context, undefined, async (core) => {
    await context.terminal.print(wordPlan(await core.plan(input)));
    return 0;
  });
}
