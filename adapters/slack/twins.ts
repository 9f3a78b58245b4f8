/** A mention that came without files waits so long for the `message` event of the same text, which has them. */
const HOLD_MS = 1000;
/** How long deliveries are remembered: Slack repeats an event for about five minutes. */
const MEMORY_MS = 10 * 60_000;

/**
 * Slack tells of a mention twice, as `message` and as `app_mention`, in either order; only the first is sure to have
 * the files, and a bot may be subscribed to the second alone.
 */
export interface Twins {
  /** A `message` was taken: its mention needs no answer of its own. */
  arrived(delivery: string): void;
  /** Resolves to whether the `message` came, at once when it has come before. */
  awaitTwin(delivery: string): Promise<boolean>;
  /** Whether a mention was answered without waiting longer: files that come after that are a request of their own. */
  wentAlone(delivery: string): boolean;
  /** Lets nothing wait any longer. */
  close(): void;
}

export function createTwins(options: { holdMs?: number; now?: () => number } = {}): Twins {
  const { holdMs = HOLD_MS, now = Date.now } = options;
  const arrived = createMemory(now);
  const alone = createMemory(now);
  const waiting = new Map<string, Set<() => void>>();

  function wake(delivery: string): void {
    for (const resolve of waiting.get(delivery) ?? []) resolve();
  }

  return {
    arrived(delivery) {
      arrived.add(delivery);
      wake(delivery);
    },
    async awaitTwin(delivery) {
      if (!arrived.has(delivery)) await hold(waiting, delivery, holdMs);
      if (arrived.has(delivery)) return true;
      alone.add(delivery);
      return false;
    },
    wentAlone: (delivery) => alone.has(delivery),
    close() {
      for (const delivery of waiting.keys()) wake(delivery);
    },
  };
}

async function hold(waiting: Map<string, Set<() => void>>, delivery: string, holdMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const waiters = waiting.get(delivery) ?? new Set();
    waiting.set(delivery, waiters);
    const timer = setTimeout(end, holdMs);
    function end(): void {
      clearTimeout(timer);
      waiters.delete(end);
      if (waiters.size === 0) waiting.delete(delivery);
      resolve();
    }
    waiters.add(end);
  });
}

interface Memory {
  add(delivery: string): void;
  has(delivery: string): boolean;
}

function createMemory(now: () => number): Memory {
  const times = new Map<string, number>();
  return {
    add(delivery) {
      times.delete(delivery);
      times.set(delivery, now());
      for (const [old, time] of times) {
        if (time > now() - MEMORY_MS) break;
        times.delete(old);
      }
    },
    has: (delivery) => times.has(delivery),
  };
}
