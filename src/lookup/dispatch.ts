import { setMaxListeners } from "node:events";

import type { Answer, Indicator } from "../model.ts";
import { isAway } from "../records/away.ts";
import { countRequest, readActivity } from "./activity.ts";
import { createAlarm } from "./alarm.ts";
import type { Context, Dispatch, DispatchOptions } from "./dispatch-context.ts";
import { JUST_ANSWERED_MS } from "./ledger-rows.ts";
import { CANCELLED, failedWith, overBudget, refusedWith } from "./outcome.ts";
import { mayWait } from "./patience.ts";
import { AWAY_MS, closedWhileAway, type Place } from "./places.ts";
import { createQueue } from "./queue.ts";
import { createRecentAnswers } from "./recent-answers.ts";
import { recover } from "./recovery.ts";
import { VirusTotalError } from "./virustotal-error.ts";
import { finish, track } from "./work-end.ts";
import { knownSince, nameOf, toWork, type LookUpOptions, type Waiter, type Work } from "./work.ts";

/** Who looked at what is known longer ago than this looks again: somebody else may have found it meanwhile. */
const RECHECK_AFTER_MS = 1000;
/** So long answers are remembered here, for those who looked just before them. */
const RECENT_MS = 2 * RECHECK_AFTER_MS;
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
    recent: createRecentAnswers(options.clock, RECENT_MS),
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
    activity: () => readActivity(context),
    close: async () => close(context),
  };
}

async function submit(context: Context, indicator: Indicator, options: LookUpOptions): Promise<Answer> {
  const { lane, listId, patienceMs, signal, onRequest = () => undefined } = options;
  if (signal.aborted || context.closing.signal.aborted) return CANCELLED;
  const name = nameOf(indicator);
  const recent = options.knownAt === undefined ? null : context.recent.since(name, options.knownAt);
  if (recent !== null) return recent;
  const work = context.works.get(name) ?? addWork(context, indicator, options);
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

function addWork(context: Context, indicator: Indicator, options: LookUpOptions): Work {
  const work = toWork(indicator, options, context.clock.now());
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
    .catch((error: unknown) => waitOrFailAll(context, error))
    .finally(() => {
      context.isPumping = false;
      // Somebody may have called between the last look and here.
      if (context.isPumpWanted && !context.closing.signal.aborted) pump(context);
    });
}

/** The records cannot be written, so no request may be sent. A database that is away is waited for; else everybody is told. */
function waitOrFailAll(context: Context, error: unknown): void {
  if (isAway(error)) {
    context.closure = closedWhileAway("the records cannot be reached", context.clock.now());
    context.log.warn({ err: error }, context.closure.reason);
    context.alarm.set(AWAY_MS);
    return;
  }
  context.log.error({ err: error }, "look-ups stopped");
  for (const work of context.queue.waiting()) finish(context, work, failedWith(error));
}

async function handOut(context: Context): Promise<void> {
  for (let lane = context.queue.next(); lane !== null; lane = context.queue.next()) {
    if (await answerKnown(context)) continue;
    const work = context.queue.peek();
    if (work === undefined) return;
    const place = await context.places.take({ lane, name: nameOf(work.indicator) });
    if (place === null) {
      await waitForPlace(context, lane);
      if (context.queue.next() === lane) return;
      continue;
    }
    context.closure = null;
    const isWanted = context.queue.take(work);
    if (place === "elsewhere") {
      if (isWanted) track(context, work, waitForOther(context, work));
    } else if (isWanted) track(context, work, send(context, work, place));
    else await place.giveBack();
  }
}

/** How often it is looked what another process found that asks about the same. */
const OTHER_LOOK_MS = 200;

async function waitForOther(context: Context, work: Work): Promise<void> {
  await context.clock.wait(OTHER_LOOK_MS, context.closing.signal);
  const answer = await foundByOther(context, work);
  if (answer === null) putBack(context, work);
  else finish(context, work, answer);
}

/** Whether the next work needed no request, since somebody else has found it meanwhile. */
async function answerKnown(context: Context): Promise<boolean> {
  const work = context.queue.peek();
  const now = context.clock.now();
  if (work === undefined || now - knownSince(work, now) < RECHECK_AFTER_MS) return false;
  const answer = await foundByOther(context, work);
  if (answer === null) return false;
  finish(context, work, answer);
  return true;
}

/** An answer is a moment older than the time at which others can see it: who looked in between has missed it. */
async function foundByOther(context: Context, work: Work): Promise<Answer | null> {
  return context.found(work.indicator, knownSince(work, context.clock.now()) - JUST_ANSWERED_MS);
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

async function send(context: Context, work: Work, place: Place): Promise<void> {
  const { key } = place;
  const { indicator, lane } = work;
  [...work.waiters][0]?.onRequest();
  try {
    // Kept before the request counts as answered: other processes that wait for it look then.
    const { facts, checkedAt } = await place.use(async () => {
      const facts = await context.ask(indicator, key, context.ending.signal, lane);
      const checkedAt = context.clock.now();
      await context.keep(indicator, facts, checkedAt);
      return { facts, checkedAt };
    });
    countRequest(context, key.name, "answered");
    const { kind, value } = work.indicator;
    context.log.info({ kind, indicator: value, keyName: key.name, stats: facts?.stats ?? null }, "looked up");
    await context.parks
      .clear(key)
      .catch((error: unknown) => context.log.error({ err: error }, "park not cleared"));
    finish(context, work, { outcome: "answered", facts, checkedAt, cached: false });
  } catch (error) {
    if (context.ending.signal.aborted) return finish(context, work, CANCELLED);
    countRequest(
      context,
      key.name,
      error instanceof VirusTotalError && error.status === 429 ? "limited" : "failed",
    );
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
