import type { Progress, ScanStart, ScanWatcher } from "../contract.ts";
import type { ScanHead } from "../reply.ts";
import { sumUp } from "../scans/results.ts";
import type { ChatTools } from "./chat-tools.ts";
import type { LiveMessage } from "./live-message.ts";

/** How often it is looked whether a scan at rest still waits for the same. */
const LOOK_EVERY_MS = 3000;
/** Up to so many known answers come faster than two messages: the summary is posted alone. */
const AT_ONCE = 500;
/** A platform that is slow to say whether it takes a message holds no scan up for longer. */
const SHOWN_WITHIN_MS = 2000;

/** Shows a scan in its live message while it runs. */
export function watchInChat(
  tools: ChatTools,
  head: ScanHead,
  live: LiveMessage,
): { readonly watcher: ScanWatcher; stop(): void } {
  const stopping = new AbortController();
  let start: ScanStart | null = null;
  let last: Progress | null = null;

  function show(progress: Progress): void {
    last = progress;
    if (start === null) return;
    const { cached, toLookUp } = start.plan;
    live.show({ kind: "progress", head, progress, cached, toLookUp });
  }

  async function look(): Promise<void> {
    while (!stopping.signal.aborted) {
      await tools.clock.wait(LOOK_EVERY_MS, stopping.signal);
      const closure = tools.lookUps.closure();
      if (last === null || stopping.signal.aborted) continue;
      if (closure?.until !== last.closure?.until || closure?.kind !== last.closure?.kind)
        show({ ...last, closure });
    }
  }

  tools.track("waiting reason", look());
  return {
    watcher: {
      async onStart(started) {
        start = started;
        const { indicators, rejected, toLookUp, durationMs } = started.plan;
        if (toLookUp === 0 && indicators <= AT_ONCE) return;
        const total = indicators + rejected;
        const leftMs = Number.isFinite(durationMs) ? durationMs : null;
        const { scanId } = started;
        const done = total - toLookUp;
        const unsafe = done === 0 ? 0 : await countUnsafe(tools, scanId);
        show(last ?? { scanId, total, done, unsafe, leftMs, closure: null });
        await live.shown(SHOWN_WITHIN_MS);
      },
      onProgress: show,
    },
    stop: () => stopping.abort(),
  };
}

/** A scan that goes on has found something before. */
async function countUnsafe({ records }: ChatTools, scanId: string): Promise<number> {
  const { summary } = await sumUp(records, scanId, { requests: 0, elapsedMs: 0 });
  return summary.unsafe;
}
