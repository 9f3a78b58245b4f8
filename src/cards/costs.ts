import type { Closure } from "../lookup/places.ts";
import type { Plan } from "../model.ts";
import { wordCount, wordDay, wordDuration, wordPercent, wordTime } from "./words.ts";

const DAY_MS = 24 * 3_600_000;

/** What a plan costs in time and quota, and on which day it would end. */
export function wordCosts(plan: Plan, at: number): string {
  const { toLookUp, budget } = plan;
  if (toLookUp === 0) return "Everything is cached: no request is needed.";
  if (budget.keys === 0 && budget.renewsAt === null) return "No key can be asked now.";
  const shares = [
    [budget.perDay, "of today's quota"],
    [budget.perMonth, "of this month's"],
  ] as const;
  return [
    wordCount(budget.keys, "key"),
    wordEnd(plan, at),
    ...shares.flatMap(([most, words]) =>
      Number.isFinite(most) ? [`${wordPercent(toLookUp, most)} ${words}`] : [],
    ),
  ].join(" · ");
}

function wordEnd({ toLookUp, budget, durationMs }: Plan, at: number): string {
  const over = toLookUp - budget.left;
  if (over <= 0 && !Number.isFinite(durationMs))
    return "every key rests for the moment, so it begins a little later";
  if (over <= 0) {
    const day = wordDay(at + durationMs);
    return `about ${wordDuration(durationMs)}, ends ${day === wordDay(at) ? `today, ${day}` : `on ${day}`}`;
  }
  const goesOnAt = budget.renewsAt ?? nextDay(at);
  const daysMore = Number.isFinite(budget.perDay) ? Math.ceil(over / budget.perDay) - 1 : 0;
  const left = budget.left.toLocaleString("en-US");
  return `only ${left} are left ${budget.isMonthUsed ? "this month" : "today"}: it goes on at ${wordResumption(goesOnAt, at)} and would end on ${wordDay(goesOnAt + daysMore * DAY_MS)}`;
}

/** Why a scan waits: `day's quota used (all 500 requests of today are used), goes on at 00:00 UTC`. */
export function wordClosure({ kind, reason, until }: Closure): string {
  if (until === null) return reason;
  switch (kind) {
    case "window":
      return `${reason}, goes on within the minute`;
    case "rest":
      return `${reason}, goes on at ${wordTime(until)}`;
    case "budget":
      return reason.includes("this month")
        ? `month's quota used (${reason}), goes on at ${wordTime(until)}`
        : `day's quota used (${reason}), goes on at ${wordTime(until).slice(11)}`;
  }
}

/** Midnight by its hour where it is the next one. */
function wordResumption(timeMs: number, at: number): string {
  return timeMs === nextDay(at) ? "00:00 UTC" : wordTime(timeMs);
}

function nextDay(timeMs: number): number {
  return (Math.floor(timeMs / DAY_MS) + 1) * DAY_MS;
}
