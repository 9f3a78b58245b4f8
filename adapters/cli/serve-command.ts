import type { CliContext } from "./scan-command.ts";
import { stopSignal } from "./stop-signal.ts";

/** Runs the bot until Ctrl-C or SIGTERM. */
export async function serveCommand({ tools, terminal }: CliContext): Promise<number> {
  const stop = stopSignal(terminal);
  try {
    await tools.serve(stop.signal, terminal.say);
    return 0;
  } finally {
    stop.release();
  }
}
