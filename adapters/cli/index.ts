import { CommanderError } from "commander";

import type { CommandLineTools } from "../../src/contract.ts";
import { createProgram } from "./program.ts";
import { openTerminal, OutputClosed, OutputFailed, type Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** Runs one command. Resolves to the exit status; whatever goes wrong is one sentence on standard error. */
export async function run(argv: readonly string[], tools: CommandLineTools): Promise<number> {
  const terminal = openTerminal();
  let status = 0;
  const program = createProgram({ tools, terminal }, (result) => {
    status = result;
  });
  try {
    await program.parseAsync([...argv]);
    await terminal.flush();
    return status;
  } catch (error) {
    return explain(error, tools, terminal);
  }
}

function explain(error: unknown, tools: CommandLineTools, terminal: Terminal): number {
  if (error instanceof OutputClosed) return 0;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
  if (error instanceof OutputFailed) {
    terminal.say(`vtip: ${error.message}`);
    return 1;
  }
  const known = tools.toUserError(error);
  const message =
    error instanceof UsageError ? `${error.message} See: vtip --help` : (known?.message ?? unexpected(error));
  terminal.say(`vtip: ${message}`);
  if (tools.isDebug() && error instanceof Error) terminal.say(error.stack ?? "");
  return error instanceof UsageError ? 1 : (known?.exitStatus ?? 1);
}

function unexpected(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return `something unexpected went wrong (${text}). Run it again with LOG_LEVEL=debug to see where.`;
}
