import { setMaxListeners } from "node:events";

import type { Log } from "../log.ts";
import type { Answer, Clock, Facts, Indicator } from "../model.ts";
import { createAlarm, type Alarm } from "./alarm.ts";
import type { Key } from "./key.ts";
import { CANCELLED, failedWith, overBudget, refusedWith } from "./outcome.ts";
import type { Parks } from "./parks.ts";
import type { Closure, Place, Places } from "./places.ts";
import { createQueue, type Queue } from "./queue.ts";
import { recover } from "./recovery.ts";
import { nameOf, type LookUp, type LookUpOptions, type Waiter, type Work } from "./work.ts";

/** Asks VirusTotal once for one indicator. @throws VirusTotalError */
export type Ask = (indicator: Indicator, key: Key, signal: AbortSignal) => Promise<Facts | null>;

export interface DispatchOptions {
  readonly ask: Ask;
  readonly places: (onFree: () => void) => Places;
  readonly parks: Parks;
  readonly clock: Clock;
  readonly log: Log;
  /** Called before the asker gets it, so that a crash after the answer does not spend it again. */
  readonly keep: (indicator: Indicator, facts: Facts | null, checkedAt: number) => Promise<void>;
  /** What somebody else (another process) has found since the work was queued, or null. */
  readonly found: (indicator: Indicator, sinceMs: number) => Promise<Answer | null>;
}

/** Hands look-ups to keys, the most deserving first, each indicator to one key at a time. */
export interface Dispatch {
  readonly lookUp: LookUp;
  readonly places: Places;
  /** Requests sent by this process. */
  requests(): number;
  /** Why nothing moves at the moment, or null. */
  closure(): Closure | null;
  /** Ends all waits; what is under way has a few seconds to be answered. */
  close(): Promise<void>;
}

interface Context extends Omit<DispatchOptions, "places"> {
  readonly queue: Queue;
  readonly places: Places;
  /** Everything that somebody waits for, queued or under way. */
  readonly works: Map<string, Work>;
  readonly underWay: Set<Promise<void>>;
  /** No more is sent. */
  readonly closing: AbortController;
  /** What is under way is given up. */
  readonly ending: AbortController;
  requests: number;
  closure: Closure | null;
  isPumping: boolean;
  isPumpWanted: boolean;
  readonly alarm: Alarm;
}

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
    works: new Map(),
    underWay: new Set(),
    closing: new AbortController(),
    ending: new AbortController(),
    requests: 0,
    closure: null,
    isPumping: false,
    isPumpWanted: false,
    alarm: createAlarm(options.clock, () => pump(context)),
  };
  // Everything that waits listens to these two.
  setMaxListeners(0, context.closing.signal, context.ending.signal);
  return {
    lookUp: async (indicator, lookUpOptions) => submit(context, indicator, lookUpOptions),
    places: context.places,
    requests: () => context.requests,
    closure: () => context.closure,
    close: async () => close(context),
  };
}

async function submit(context: Context, indicator: Indicator, options: LookUpOptions): Promise<Answer> {
  const { lane, listId, patienceMs, signal, onRequest = () => undefined } = options;
  if (signal.aborted || context.closing.signal.aborted) return CANCELLED;
  const name = nameOf(indicator);
  const work = context.works.get(name) ?? newWork(context, indicator, lane, listId);
  if (lane === "person" && work.lane === "list") context.queue.promote(work);
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
      if (work.waiters.size === 0 && context.queue.remove(work)) context.works.delete(name);
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
    else track(context, send(context, work, place));
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
  context.closure = closure;
  const waitMs = closure.until === null ? Number.POSITIVE_INFINITY : closure.until - now;
  for (const work of context.queue.waiting().filter((work) => work.lane === lane)) {
    const leaving = [...work.waiters].filter(
      (waiter) => closure.until === null || waiter.patienceMs < waitMs,
    );
    for (const waiter of leaving)
      waiter.settle(closure.until === null ? refusedWith(closure) : overBudget(closure));
    if (work.waiters.size === 0) finish(context, work, CANCELLED);
  }
  if (context.queue.next() === null) return;
  context.alarm.set(waitMs);
}

async function send(context: Context, work: Work, place: Place): Promise<void> {
  const { key } = place;
  context.requests += 1;
  [...work.waiters][0]?.onRequest();
  try {
    const facts = await place.use(async () => context.ask(work.indicator, key, context.ending.signal));
    await context.parks.clear(key);
    const checkedAt = context.clock.now();
    const { kind, value } = work.indicator;
    context.log.info({ kind, indicator: value, keyName: key.name, stats: facts?.stats ?? null }, "looked up");
    await context.keep(work.indicator, facts, checkedAt);
    finish(context, work, { outcome: "answered", facts, checkedAt, cached: false });
  } catch (error) {
    if (context.ending.signal.aborted) return finish(context, work, CANCELLED);
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
  context.queue.remove(work);
  context.works.delete(nameOf(work.indicator));
  for (const waiter of work.waiters) waiter.settle(answer);
}

function track(context: Context, promise: Promise<void>): void {
  context.underWay.add(promise);
  void promise.finally(() => context.underWay.delete(promise));
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
