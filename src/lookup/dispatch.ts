import { setMaxListeners } from "node:events";

import type { Answer, Indicator } from "../model.ts";
import { createAlarm } from "./alarm.ts";
import type { Activity, Context, Dispatch, DispatchOptions, RequestOutcome } from "./dispatch-context.ts";
import { CANCELLED, failedWith, overBudget, refusedWith } from "./outcome.ts";
import type { Closure, Place } from "./places.ts";
import { createQueue } from "./queue.ts";
import { recover } from "./recovery.ts";
import { VirusTotalError } from "./virustotal-error.ts";
import { nameOf, type LookUpOptions, type Waiter, type Work } from "./work.ts";

/** Work that waited longer than this may have been answered for another process meanwhile. */
const RECHECK_AFTER_MS = 1000;
/** How long `close` waits for requests under way. */
const GRACE_MS = 3000;

/** Starts with an empty queue. */
export function createDispatch(options: DispatchOptions): Dispatch {
  const context: Context = {
    ...options,
    places: options.places(() => pump(context)),
    queue: createQueue(),
    ended: { answered: 0, failed: 0, skipped: 0 },
    requests: new Map(),
    works: new Map(),
    underWay: new Set(),
    closing: new AbortController(),
    ending: new AbortController(),
    closure: null,
    isPumping: false,
    isPumpWanted: false,
    alarm: createAlarm(options.clock, () => pump(context)),
  };
  // Everything that waits listens to these two.
  setMaxListeners(0, context.closing.signal, context.ending.signal);
  return {
    lookUp: async (indicator, lookUpOptions) => submit(context, indicator, lookUpOptions),
    closure: () => context.closure,
    activity: () => ({
      waiting: countWaiting(context),
      ended: { ...context.ended },
      requests: [...context.requests.values()],
    }),
    close: async () => close(context),
  };
}

async function submit(context: Context, indicator: Indicator, options: LookUpOptions): Promise<Answer> {
  const { lane, listId, patienceMs, signal, onRequest = () => undefined } = options;
  if (signal.aborted || context.closing.signal.aborted) return CANCELLED;
  const name = nameOf(indicator);
  const work = context.works.get(name) ?? newWork(context, indicator, lane, listId);
  context.queue.promote(work, { lane, listId });
  return new Promise((resolve) => {
    const waiter: Waiter = {
      patienceMs,
      onRequest,
      settle(answer) {
        work.waiters.delete(waiter);
        signal.removeEventListener("abort", leave);
        resolve(answer);
      },
    };
    const leave = () => {
      waiter.settle(CANCELLED);
      if (work.waiters.size === 0 && context.queue.remove(work)) finish(context, work, CANCELLED);
    };
    work.waiters.add(waiter);
    signal.addEventListener("abort", leave, { once: true });
    pump(context);
  });
}

function newWork(context: Context, indicator: Indicator, lane: Work["lane"], listId: string): Work {
  const work: Work = {
    indicator,
    lane,
    listId,
    queuedAt: context.clock.now(),
    waiters: new Set(),
    retries: 0,
  };
  context.works.set(nameOf(indicator), work);
  context.queue.add(work);
  return work;
}

/** Hands out as long as there is work and a place. Runs once at a time; never rejects. */
function pump(context: Context): void {
  context.isPumpWanted = true;
  context.alarm.stop();
  if (context.isPumping) return;
  context.isPumping = true;
  const run = async () => {
    while (context.isPumpWanted && !context.closing.signal.aborted) {
      context.isPumpWanted = false;
      await handOut(context);
    }
  };
  void run()
    .catch((error: unknown) => failAll(context, error))
    .finally(() => {
      context.isPumping = false;
      // Somebody may have called between the last look and here.
      if (context.isPumpWanted && !context.closing.signal.aborted) pump(context);
    });
}

/** The records cannot be written, so no request may be sent: everybody who waits is told. */
function failAll(context: Context, error: unknown): void {
  context.log.error({ err: error }, "look-ups stopped");
  for (const work of context.queue.waiting()) finish(context, work, failedWith(error));
}

async function handOut(context: Context): Promise<void> {
  for (let lane = context.queue.next(); lane !== null; lane = context.queue.next()) {
    if (await answerKnown(context)) continue;
    const place = await context.places.take(lane);
    if (place === null) {
      await waitForPlace(context, lane);
      if (context.queue.next() === lane) return;
      continue;
    }
    context.closure = null;
    const work = context.queue.take();
    if (work === undefined) await place.giveBack();
    else track(context, work, send(context, work, place));
  }
}

/** Whether the next work needed no request, since another process has found it meanwhile. */
async function answerKnown(context: Context): Promise<boolean> {
  const work = context.queue.peek();
  if (work === undefined || context.clock.now() - work.queuedAt < RECHECK_AFTER_MS) return false;
  const answer = await context.found(work.indicator, work.queuedAt);
  if (answer === null) return false;
  finish(context, work, answer);
  return true;
}

/** Sends those home who would not wait so long, and comes back when a place may be free. */
async function waitForPlace(context: Context, lane: Work["lane"]): Promise<void> {
  const closure = await context.places.closure(lane);
  const now = context.clock.now();
  // What nobody waits for is not what somebody is told to wait for.
  if (lane !== "spare") context.closure = closure;
  const waitMs = closure.until === null ? Number.POSITIVE_INFINITY : closure.until - now;
  for (const work of context.queue.waiting().filter((work) => work.lane === lane)) {
    const leaving = [...work.waiters].filter((waiter) => !mayWait(waiter, closure, waitMs));
    for (const waiter of leaving)
      waiter.settle(closure.until === null ? refusedWith(closure) : overBudget(closure));
    if (work.waiters.size === 0) finish(context, work, CANCELLED);
  }
  if (context.queue.next() === null) return;
  context.alarm.set(waitMs);
}

/** Everybody waits for the minute. A budget, which may begin anew soon or late, only those wait for who always wait. */
function mayWait({ patienceMs }: Waiter, { kind, until }: Closure, waitMs: number): boolean {
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

async function send(context: Context, work: Work, place: Place): Promise<void> {
  const { key } = place;
  const { indicator, lane } = work;
  [...work.waiters][0]?.onRequest();
  try {
    const facts = await place.use(async () => context.ask(indicator, key, context.ending.signal, lane));
    const checkedAt = context.clock.now();
    count(context, key.name, "answered");
    const { kind, value } = work.indicator;
    context.log.info({ kind, indicator: value, keyName: key.name, stats: facts?.stats ?? null }, "looked up");
    await context.keep(work.indicator, facts, checkedAt);
    await context.parks
      .clear(key)
      .catch((error: unknown) => context.log.error({ err: error }, "park not cleared"));
    finish(context, work, { outcome: "answered", facts, checkedAt, cached: false });
  } catch (error) {
    if (context.ending.signal.aborted) return finish(context, work, CANCELLED);
    count(context, key.name, error instanceof VirusTotalError && error.status === 429 ? "limited" : "failed");
    const recovery = await recover(context, key, work.retries, error);
    if (recovery.next === "over") return finish(context, work, recovery.answer);
    if (recovery.isRetry) work.retries += 1;
    await context.clock.wait(recovery.afterMs, context.closing.signal);
    putBack(context, work);
  }
}

function putBack(context: Context, work: Work): void {
  if (work.waiters.size === 0 || context.closing.signal.aborted) return finish(context, work, CANCELLED);
  context.queue.add(work, "front");
  pump(context);
}

function finish(context: Context, work: Work, answer: Answer): void {
  context.ended[answer.outcome] += 1;
  context.queue.remove(work);
  const name = nameOf(work.indicator);
  if (context.works.get(name) === work) context.works.delete(name);
  for (const waiter of work.waiters) waiter.settle(answer);
}

/** Whatever goes wrong while the work is under way, who waits for it is told. */
function track(context: Context, work: Work, sending: Promise<void>): void {
  const promise = sending
    .catch((error: unknown) => {
      context.log.error({ err: error }, "look-up failed");
      finish(context, work, failedWith(error));
    })
    .finally(() => context.underWay.delete(promise));
  context.underWay.add(promise);
}

function count({ requests }: Context, key: string, outcome: RequestOutcome): void {
  const name = `${key} ${outcome}`;
  requests.set(name, { key, outcome, count: (requests.get(name)?.count ?? 0) + 1 });
}

function countWaiting({ queue }: Context): Activity["waiting"] {
  const waiting = { person: 0, list: 0, spare: 0 };
  for (const { lane } of queue.waiting()) waiting[lane] += 1;
  return waiting;
}

async function close(context: Context): Promise<void> {
  context.closing.abort();
  context.alarm.stop();
  context.places.close();
  for (const work of context.queue.waiting()) finish(context, work, CANCELLED);
  const grace = new AbortController();
  await Promise.race([Promise.all(context.underWay), context.clock.wait(GRACE_MS, grace.signal)]);
  grace.abort();
  context.ending.abort();
  await Promise.all(context.underWay);
}
