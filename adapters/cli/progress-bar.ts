import { wordDuration, wordProgress, wordTime } from "../../src/card.ts";
import type { Progress } from "../../src/contract.ts";

/** Shows where a scan stands. */
export interface ProgressBar {
  show(progress: Progress): void;
  stop(): void;
}

/** A bar on the terminal's standard error; where that is none, nothing is drawn. */
export async function createProgressBar(isInteractive: boolean): Promise<ProgressBar> {
  if (!isInteractive) return { show: () => undefined, stop: () => undefined };
  const { SingleBar } = await import("cli-progress");
  const bar = new SingleBar({
    format: " {bar} {words}",
    hideCursor: true,
    barsize: 24,
    clearOnComplete: true,
    linewrap: false,
  });
  let isStarted = false;
  return {
    show(progress) {
      const words = { words: [wordProgress(progress), ...waitingWords(progress)].join(" · ") };
      if (isStarted) bar.update(progress.done, words);
      else bar.start(progress.total, progress.done, words);
      isStarted = true;
    },
    stop() {
      if (isStarted) bar.stop();
    },
  };
}

function waitingWords({ closure }: Progress): string[] {
  if (closure === null || closure.until === null || !Number.isFinite(closure.until)) return [];
  const leftMs = closure.until - Date.now();
  if (leftMs < 2000) return [];
  return [
    leftMs > 3_600_000
      ? `${closure.reason}, waits until ${wordTime(closure.until)}`
      : `waits ${wordDuration(leftMs)}`,
  ];
}
