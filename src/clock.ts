import type { Clock } from "./model.ts";

/** setTimeout fires at once for more than this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own time. Waits never end early. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wait,
  waitUntil,
};

/** Timers stand still while the machine sleeps, and know nothing of a clock that is set. */
const LOOK_EVERY_MS = 10_000;

/** Where the clock is set back meanwhile it ends when so much time has passed as was left. */
async function waitUntil(at: number, signal?: AbortSignal): Promise<void> {
  const end = performance.now() + at - Date.now();
  const leftMs = () => Math.min(at - Date.now(), end - performance.now());
  for (let left = leftMs(); left > 0; left = leftMs()) {
    if (signal?.aborted) return;
    await sleep(Math.min(Math.ceil(left), LOOK_EVERY_MS), signal);
  }
}

async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  const end = performance.now() + ms;
  for (let left = ms; left > 0; left = end - performance.now()) {
    if (signal?.aborted) return;
    await sleep(Math.min(Math.ceil(left), LONGEST_TIMER_MS), signal);
  }
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}
