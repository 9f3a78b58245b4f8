import type { Plan, Status, Summary } from "../model.ts";
import type { Progress } from "../scans/scan.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A length of time as a person says it: `a moment`, `40 s`, `64 min`, `3 h 20 min`, `2 days`. */
export function wordDuration(ms: number): string {
  if (ms < 2 * SECOND_MS) return "a moment";
  if (ms < 1.5 * MINUTE_MS) return `${Math.round(ms / SECOND_MS)} s`;
  if (ms < 2 * HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) {
    const minutes = Math.round((ms % HOUR_MS) / MINUTE_MS);
    return minutes === 0 ? `${Math.floor(ms / HOUR_MS)} h` : `${Math.floor(ms / HOUR_MS)} h ${minutes} min`;
  }
  return `${Math.round(ms / DAY_MS)} days`;
}

/** `1 key`, `2 keys`, `1,500 requests`. */
export function wordCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? noun : plural}`;
}

/** A time as people compare it across places: `2026-11-22 00:00 UTC`. */
export function wordTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** What a scan costs, in one line: `511 to look up, 2 keys, about 64 min, 51 % of today's quota`. */
export function wordPlan(plan: Plan): string {
  const { toLookUp } = plan;
  const beside = [
    [plan.cached, "cached"],
    [plan.skipped, "skipped"],
    [plan.rejected, "rejected"],
  ].flatMap(([count, word]) => (count === 0 ? [] : [`${count?.toLocaleString("en-US")} ${word}`]));
  const head = `${wordCount(plan.indicators, "indicator")}: ${toLookUp.toLocaleString("en-US")} to look up`;
  if (toLookUp === 0) return [head, ...beside].join(", ");
  return [head, ...wordCost(plan), ...beside].join(", ");
}

function wordCost({ toLookUp, budget, durationMs }: Plan): readonly string[] {
  if (budget.keys === 0) return ["no key can be asked now"];
  const keys = wordCount(budget.keys, "key");
  const time = `about ${wordDuration(durationMs)}`;
  if (!Number.isFinite(budget.perDay)) return [keys, time];
  const share = `${wordPercent(toLookUp, budget.perDay)} of today's quota`;
  const over = toLookUp - budget.left;
  const when = budget.isMonthUsed && budget.renewsAt !== null ? wordTime(budget.renewsAt) : "00:00 UTC";
  const late = `only ${budget.left.toLocaleString("en-US")} left ${budget.isMonthUsed ? "this month" : "today"}, ${over.toLocaleString("en-US")} must wait for ${when}`;
  return over > 0 ? [keys, time, share, late] : [keys, time, share];
}

/** `51 %`, `under 1 %`. */
export function wordPercent(part: number, whole: number): string {
  const share = (100 * part) / whole;
  return share > 0 && share < 1 ? "under 1 %" : `${Math.round(share)} %`;
}

/** Where a scan stands: `12/60 · 3 unsafe · about 6 min left`, and why it waits. */
export function wordProgress(progress: Progress): string {
  const { done, total, unsafe, leftMs } = progress;
  const left = done === total || leftMs === null ? [] : [`about ${wordDuration(leftMs)} left`];
  return [`${done}/${total}`, `${unsafe} unsafe`, ...left].join(" · ");
}

const STATUS_ORDER = [
  "unsafe",
  "suspicious",
  "clean",
  "unknown",
  "failed",
  "skipped",
] as const satisfies Status[];

/** The sums, each word of them beside its number; what is zero is left out except the unsafe. */
export function wordSummary(summary: Summary): string {
  const counts = STATUS_ORDER.filter((status) => status === "unsafe" || summary[status] > 0);
  const words = counts.map((status) => `${summary[status].toLocaleString("en-US")} ${status}`);
  const rejected =
    summary.rejected === 0 ? "" : `; ${summary.rejected.toLocaleString("en-US")} rejected beside them`;
  return `${wordCount(summary.indicators, "indicator")}: ${words.join(", ")}${rejected}`;
}

/** What the answers cost: `52 requests, 8 cached, 12 s`. */
export function wordSpent(summary: Summary): string {
  const cached = summary.cached === 0 ? "" : `${summary.cached.toLocaleString("en-US")} cached, `;
  return `${wordCount(summary.requests, "request")}, ${cached}${wordDuration(summary.elapsedMs)}`;
}

/** How long ago, in whole days; the analysis of a verdict ages. */
export function wordAge(timeMs: number, now: number): string {
  const days = Math.floor((now - timeMs) / DAY_MS);
  if (days < 1) return "today";
  return days > 730 ? `${Math.floor(days / 365)} years` : wordCount(days, "day");
}

/** `51 of 500 · 10 %`; without a limit the count alone. */
export function wordShare(used: number, limit: number | null): string {
  if (limit === null) return `${used.toLocaleString("en-US")}, no limit`;
  return `${used.toLocaleString("en-US")} of ${limit.toLocaleString("en-US")}`;
}

/** The day on which a time lies: `2026-11-22`. */
export function wordDay(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}
