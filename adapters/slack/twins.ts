import type { MessageIncoming, Upload } from "../../src/contract.ts";

/** A mention that came without files waits so long for the `message` event of the same text, which has them. */
const HOLD_MS = 1000;
/** How long deliveries are remembered: Slack repeats an event for about five minutes. */
const MEMORY_MS = 10 * 60_000;

/** What a mention that came without files turned out to have. */
type Rest =
  | { readonly kind: "nothing" }
  /** The other event came: its files, written down as a request of their own. */
  | { readonly kind: "request"; readonly incoming: MessageIncoming }
  /** No other event came, but Slack has files. */
  | { readonly kind: "files"; readonly files: readonly Upload[] };

/**
 * Mentions that came without files. Slack tells of a mention twice, as `message` and as `app_mention`, in either order;
 * only the first is sure to have the files, and a bot may be subscribed to the second alone.
 */
export interface Twins {
  /** Remembers a mention, before it is written down. False when it is known already. */
  expect(delivery: string): boolean;
  forget(delivery: string): void;
  /** Waits for the other event of a mention; when none comes in time, looks the files up. */
  hold(delivery: string, lookUp: () => Promise<readonly Upload[]>): Promise<Rest>;
  /** The other event came, with files or without (null): ends the wait. False when nobody waits for it. */
  release(delivery: string, files: MessageIncoming | null): boolean;
  /** Whether it was taken without files: what comes later is not in it. */
  lacksFiles(delivery: string): boolean;
  /** Lets nothing wait any longer. */
  close(): void;
}

interface Bare {
  readonly atMs: number;
  readonly rest: Promise<Rest>;
  readonly settle: (rest: Rest) => void;
  isWaiting: boolean;
}

const NOTHING: Rest = { kind: "nothing" };

export function createTwins(options: { holdMs?: number; now?: () => number } = {}): Twins {
  const { holdMs = HOLD_MS, now = Date.now } = options;
  const known = new Map<string, Bare>();

  function forgetOld(): void {
    for (const [delivery, { atMs }] of known) {
      if (atMs > now() - MEMORY_MS) return;
      known.delete(delivery);
    }
  }

  /** Until Slack has answered, the other event may still come first. */
  async function end(delivery: string, bare: Bare, lookUp: () => Promise<readonly Upload[]>): Promise<void> {
    const files = await lookUp();
    if (!bare.isWaiting) return;
    if (files.length > 0) known.delete(delivery);
    bare.settle(files.length > 0 ? { kind: "files", files } : NOTHING);
  }

  return {
    expect(delivery) {
      forgetOld();
      if (known.has(delivery)) return false;
      known.set(delivery, toBare(now()));
      return true;
    },
    forget: (delivery) => void known.delete(delivery),
    async hold(delivery, lookUp) {
      const bare = known.get(delivery);
      if (bare === undefined) return NOTHING;
      const timer = setTimeout(() => void end(delivery, bare, lookUp), holdMs);
      const rest = await bare.rest;
      clearTimeout(timer);
      return rest;
    },
    release(delivery, files) {
      const bare = known.get(delivery);
      if (bare?.isWaiting !== true) return false;
      bare.settle(files === null ? NOTHING : { kind: "request", incoming: files });
      return true;
    },
    lacksFiles: (delivery) => known.has(delivery),
    close() {
      for (const bare of known.values()) bare.settle(NOTHING);
    },
  };
}

function toBare(atMs: number): Bare {
  let resolveRest: ((rest: Rest) => void) | null = null;
  const rest = new Promise<Rest>((resolve) => {
    resolveRest = resolve;
  });
  const bare: Bare = {
    atMs,
    rest,
    isWaiting: true,
    settle(found) {
      bare.isWaiting = false;
      resolveRest?.(found);
    },
  };
  return bare;
}
