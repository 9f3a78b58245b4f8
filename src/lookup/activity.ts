import type { Activity, Context, RequestOutcome } from "./dispatch-context.ts";

/** Notes how a request of this key ended. */
export function countRequest({ requests }: Context, key: string, outcome: RequestOutcome): void {
  const name = `${key} ${outcome}`;
  requests.set(name, { key, outcome, count: (requests.get(name)?.count ?? 0) + 1 });
}

/** What look-ups are doing at this moment. */
export function readActivity({ queue, ended, requests }: Context): Activity {
  const waiting = { person: 0, list: 0, spare: 0 };
  for (const { lane } of queue.waiting()) waiting[lane] += 1;
  return { waiting, ended: { ...ended }, requests: [...requests.values()] };
}
