import type { HourUsage } from "../../../src/contract.ts";
import { api } from "./api.ts";
import { BarChart, type BarPart } from "./bar-chart.tsx";
import { usePoll } from "./use-poll.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 31;
const HOURS = 48;
const EVERY_MS = 60_000;

/** What is told apart by colour, and not by colour alone: the names stand beside it, and the numbers below. */
const COLORS = ["#2d7fd3", "#c77700", "#2e9e5b", "#9a5fd0", "#d0587e", "#6b8794"];

/** So many steps up to now. */
function lastSteps(stepMs: number, count: number): readonly number[] {
  const now = Math.floor(Date.now() / stepMs) * stepMs;
  return Array.from({ length: count }, (_, at) => now - (count - 1 - at) * stepMs);
}

const toDay = (time: number) => new Date(time).toISOString().slice(0, 10);
const toShortDay = (time: number) => toDay(time).slice(5);
const toHour = (time: number) => new Date(time).toISOString().slice(0, 16).replace("T", " ");

/** At midnight the day. */
function toShortHour(time: number): string {
  return time % DAY_MS === 0 ? toShortDay(time) : toHour(time).slice(11);
}

/** Requests of two days by hour and key, and of a month by day. */
export function UsageCharts() {
  const { data: hours } = usePoll(() => api.usageByHour(), EVERY_MS);
  const { data: days } = usePoll(() => api.usage(), EVERY_MS);
  if (hours === null || days === null) return null;
  const hourly = lastSteps(HOUR_MS, HOURS);
  const daily = lastSteps(DAY_MS, DAYS);
  const used = new Map(days.map(({ day, used: count }) => [day, count]));
  const values = daily.map((time) => used.get(toDay(time)) ?? 0);
  return (
    <>
      <BarChart
        heading="Requests by hour"
        times={hourly}
        parts={toParts(hours, hourly)}
        toName={toHour}
        toTick={toShortHour}
      />
      <BarChart
        heading="Requests by day"
        times={daily}
        parts={[{ name: "requests", color: COLORS[0] ?? "", values }]}
        toName={toDay}
        toTick={toShortDay}
      />
    </>
  );
}

const OTHERS = "other keys";

/** A part for each key; what has no colour of its own shares the last one. */
function toParts(hours: readonly HourUsage[], times: readonly number[]): readonly BarPart[] {
  const all = [...new Set(hours.flatMap(({ keys }) => keys.map(({ name }) => name)))].toSorted();
  const own = all.length > COLORS.length ? all.slice(0, COLORS.length - 1) : all;
  const names = all.length > own.length ? [...own, OTHERS] : own;
  const byTime = new Map(hours.map(({ hour, keys }) => [Date.parse(hour), keys]));
  const isOf = (name: string, key: string) => (name === OTHERS ? !own.includes(key) : key === name);
  return names.map((name, at) => ({
    name,
    color: COLORS[at] ?? "",
    values: times.map((time) =>
      (byTime.get(time) ?? []).filter((key) => isOf(name, key.name)).reduce((sum, { used }) => sum + used, 0),
    ),
  }));
}

const VERDICTS = [
  ["unsafe", "--unsafe"],
  ["suspicious", "--suspicious"],
  ["clean", "--clean"],
  ["unknown", "--muted"],
] as const;

/** What the scans of a month have found, by the day on which they were begun. */
export function VerdictChart() {
  const { data } = usePoll(() => api.verdicts(), EVERY_MS);
  if (data === null) return null;
  const times = lastSteps(DAY_MS, DAYS);
  const byDay = new Map(data.map((day) => [day.day, day]));
  const parts = VERDICTS.map(([name, color]) => ({
    name,
    color,
    values: times.map((time) => byDay.get(toDay(time))?.[name] ?? 0),
  }));
  return (
    <BarChart
      heading="Verdicts by day of the scan"
      times={times}
      parts={parts}
      toName={toDay}
      toTick={toShortDay}
    />
  );
}
