import type { CliContext } from "./scan-command.ts";
import { stopSignal } from "./stop-signal.ts";

/** Who stops programs kills them ten seconds after they were told to end, or starts another one in their place. */
const END_WITHIN_MS = 9500;

/** Runs the bot until Ctrl-C or SIGTERM. */
export async function serveCommand({ tools, terminal }: CliContext): Promise<number> {
  const stop = stopSignal(terminal);
  stop.signal.addEventListener("abort", () => endSoon(terminal.say), { once: true });
  try {
    await tools.serve(stop.signal, terminal.say);
    return 0;
  } finally {
    stop.release();
  }
}

/** A database that is away can be waited for longer than that. What is left is taken up as after a crash. */
function endSoon(say: (sentence: string) => void): void {
  const timer = setTimeout(() => {
    say("Something did not end in time: it is left as it is, and goes on at the next start.");
    process.exit(0);
  }, END_WITHIN_MS);
  timer.unref();
}
