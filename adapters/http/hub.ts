import type { Reply } from "../../src/contract.ts";

type Listener = (reply: Reply) => void;

/** Hands what is said about scans and proposals to whoever listens to them at the moment. */
export interface Hub {
  tell(reply: Reply): void;
  /** Resolves to what ends the listening. `subject` is the id of a scan; null: everything. */
  listen(subject: string | null, listener: Listener): () => void;
}

export function createHub(): Hub {
  const listeners = new Map<string | null, Set<Listener>>();
  return {
    tell(reply) {
      const subject = subjectOf(reply);
      for (const name of [subject, null].filter((one, at) => at === 1 || one !== null))
        for (const listener of listeners.get(name) ?? []) listener(reply);
    },
    listen(subject, listener) {
      const set = listeners.get(subject) ?? new Set();
      listeners.set(subject, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0) listeners.delete(subject);
      };
    },
  };
}

/** The scan that it is about, or null. */
function subjectOf(reply: Reply): string | null {
  if ("head" in reply) return reply.head.scanId;
  return "scanId" in reply ? reply.scanId : null;
}
