import type { Closure } from "./places.ts";
import type { Waiter } from "./work.ts";

/** Everybody waits for the minute. A budget, which may begin anew soon or late, only those wait for who always wait. */
export function mayWait({ patienceMs }: Waiter, { kind, until }: Closure, waitMs: number): boolean {
  if (until === null) return false;
  switch (kind) {
    case "window":
      return true;
    case "rest":
      return waitMs <= patienceMs;
    case "budget":
      return patienceMs === Number.POSITIVE_INFINITY;
  }
}
