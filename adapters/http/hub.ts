import type { Reply } from "../../src/contract.ts";

type Listener = (reply: Reply) => void;

/** Hands what is said about scans to whoever listens to them at the moment. */
export interface Hub {
  tell(reply: Reply): void;
  /** Gives what ends the listening. */
  listen(scanId: string, listener: Listener): () => void;
}

export function createHub(): Hub {
  const listeners = new Map<string, Set<Listener>>();
  return {
    tell(reply) {
      for (const listener of listeners.get(scanOf(reply) ?? "") ?? []) listener(reply);
    },
    listen(scanId, listener) {
      const set = listeners.get(scanId) ?? new Set();
      listeners.set(scanId, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0) listeners.delete(scanId);
      };
    },
  };
}

/** The scan that it is about, or null. */
function scanOf(reply: Reply): string | null {
  if ("head" in reply) return reply.head.scanId;
  return "scanId" in reply ? reply.scanId : null;
}
