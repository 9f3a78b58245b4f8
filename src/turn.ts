/** So long one after the other may work before it is looked whether something has come in. */
const SLICE_MS = 2;

const waiting: (() => void)[] = [];
let sliceBeganAt = Number.NEGATIVE_INFINITY;

/**
 * Resolves when it is the caller's turn to work on. In between the event loop comes round, and what has come in is
 * taken: nobody's request waits until those before it have been answered to the end.
 */
export async function turn(): Promise<void> {
  if (performance.now() - sliceBeganAt < SLICE_MS) return;
  await new Promise<void>((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(next);
  });
}

function next(): void {
  sliceBeganAt = performance.now();
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(next);
}
