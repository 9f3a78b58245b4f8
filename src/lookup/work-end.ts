import type { Answer } from "../model.ts";
import type { Context } from "./dispatch-context.ts";
import { failedWith } from "./outcome.ts";
import { nameOf, type Work } from "./work.ts";

/** Ends work, wherever it is: whoever waits for it gets this answer, and it is asked for anew from now on. */
export function finish(context: Context, work: Work, answer: Answer): void {
  context.ended[answer.outcome] += 1;
  context.queue.remove(work);
  const name = nameOf(work.indicator);
  if (context.works.get(name) === work) context.works.delete(name);
  if (answer.outcome === "answered") context.recent.keep(name, answer);
  for (const waiter of work.waiters) waiter.settle(answer);
}

/** Whatever goes wrong while the work is under way, who waits for it is told. */
export function track(context: Context, work: Work, sending: Promise<void>): void {
  const promise = sending
    .catch((error: unknown) => {
      context.log.error({ err: error }, "look-up failed");
      finish(context, work, failedWith(error));
    })
    .finally(() => context.underWay.delete(promise));
  context.underWay.add(promise);
}
