import type { MessageIncoming } from "../../src/contract.ts";

/** A mention that came without files waits so long for the `message` event of the same text, which has them. */
const HOLD_MS = 1000;
/** How long deliveries are remembered: Slack repeats an event for about five minutes. */
const MEMORY_MS = 10 * 60_000;

/**
 * Mentions that came without files. Slack tells of a mention twice, as `message` and as `app_mention`, in either order;
 * only the first is sure to have the files, and a bot may be subscribed to the second alone.
 */
export interface Twins {
  /** Remembers a mention, before it is written down. False when it is known already. */
  expect(delivery: string): boolean;
  forget(delivery: string): void;
  /** Waits for the files of a mention; null when none came in time. */
  hold(delivery: string): Promise<MessageIncoming | null>;
  /** The other event came, with files or without (null): ends the wait. False when nobody waits for it. */
  release(delivery: string, files: MessageIncoming | null): boolean;
  /** Whether it came without files: what comes later is not in it. */
  lacksFiles(delivery: string): boolean;
  /** Lets nothing wait any longer. */
  close(): void;
}

interface Bare {
  readonly atMs: number;
  readonly files: Promise<MessageIncoming | null>;
  readonly settle: (files: MessageIncoming | null) => void;
  isWaiting: boolean;
}

export function createTwins(options: { holdMs?: number; now?: () => number } = {}): Twins {
  const { holdMs = HOLD_MS, now = Date.now } = options;
  const known = new Map<string, Bare>();

  function forgetOld(): void {
    for (const [delivery, { atMs }] of known) {
      if (atMs > now() - MEMORY_MS) return;
      known.delete(delivery);
    }
  }

  return {
    expect(delivery) {
      forgetOld();
      if (known.has(delivery)) return false;
      known.set(delivery, toBare(now()));
      return true;
    },
    forget: (delivery) => void known.delete(delivery),
    async hold(delivery) {
      const bare = known.get(delivery);
      if (bare === undefined) return null;
      const timer = setTimeout(() => bare.settle(null), holdMs);
      const files = await bare.files;
      clearTimeout(timer);
      return files;
    },
    release(delivery, files) {
      const bare = known.get(delivery);
      if (bare?.isWaiting !== true) return false;
      bare.settle(files);
      return true;
    },
    lacksFiles: (delivery) => known.has(delivery),
    close() {
      for (const bare of known.values()) bare.settle(null);
    },
  };
}

function toBare(atMs: number): Bare {
  let resolveFiles: ((files: MessageIncoming | null) => void) | null = null;
  const files = new Promise<MessageIncoming | null>((resolve) => {
    resolveFiles = resolve;
  });
  const bare: Bare = {
    atMs,
    files,
    isWaiting: true,
    settle(found) {
      bare.isWaiting = false;
      resolveFiles?.(found);
    },
  };
  return bare;
}
