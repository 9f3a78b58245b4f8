import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

import { api } from "./api.ts";
import { usePoll } from "./use-poll.ts";
import { Heading, Problem, toCount, toLocalTime } from "./words.tsx";

/** What each key has used and left, and how many requests went out by day. */
export function Quota() {
  const { data, error } = usePoll(() => api.quota(), 5000);
  return (
    <>
      <Heading>Quota</Heading>
      <Problem error={error} />
      <div class="grid">
        {data?.map(
          ({
            name,
            perMinute,
            minuteLeft,
            perDay,
            usedToday,
            perMonth,
            usedThisMonth,
            parked,
            parkedUntil,
          }) => (
            <article key={name}>
              <h2>{name}</h2>
              <Bar
                label="this minute"
                used={perMinute === null ? 0 : perMinute - (minuteLeft ?? 0)}
                limit={perMinute}
              />
              <Bar label="today" used={usedToday} limit={perDay} />
              <Bar label="this month" used={usedThisMonth} limit={perMonth} />
              {parked === null ? null : (
                <p class="problem">
                  rests{parkedUntil === null ? "" : ` until ${toLocalTime(parkedUntil)}`}: {parked}
                </p>
              )}
            </article>
          ),
        )}
      </div>
      <ByDay />
    </>
  );
}

function Bar({
  label,
  used,
  limit,
}: {
  readonly label: string;
  readonly used: number;
  readonly limit: number | null;
}) {
  const text =
    limit === null ? `${toCount(used)} used, no limit` : `${toCount(used)} of ${toCount(limit)} used`;
  return (
    <label>
      {label}: {text}
      {limit === null ? null : <progress value={used} max={limit} />}
    </label>
  );
}

const DAY_S = 86_400;

/** Seconds since 1970. */
function lastMonth(): [number, number] {
  const today = Math.floor(Date.now() / 1000 / DAY_S) * DAY_S;
  return [today - 30 * DAY_S, today + DAY_S];
}

const HEIGHT_PX = 220;

function ByDay() {
  const { data } = usePoll(() => api.usage(), 60_000);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null || data === null || data.length === 0) return;
    const color = getComputedStyle(element).color;
    const axis = { stroke: color, grid: { show: false } };
    const chart = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT_PX,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { range: () => lastMonth() },
          y: { range: (_chart, _low, high) => [0, Math.max(1, high)] },
        },
        axes: [axis, { ...axis, size: 60 }],
        series: [
          {},
          {
            stroke: "#2d7fd3",
            fill: "#2d7fd366",
            ...(uPlot.paths.bars !== undefined && { paths: uPlot.paths.bars({ size: [0.6, 40] }) }),
            points: { show: false },
          },
        ],
      },
      [data.map(({ day }) => Date.parse(day) / 1000), data.map(({ used }) => used)],
      element,
    );
    const resize = () => chart.setSize({ width: element.clientWidth, height: HEIGHT_PX });
    addEventListener("resize", resize);
    return () => {
      removeEventListener("resize", resize);
      chart.destroy();
    };
  }, [data]);
  return (
    <section aria-label="Requests by day">
      <h2>Requests by day (UTC)</h2>
      <div ref={box} aria-hidden="true" />
      <details>
        <summary>As numbers</summary>
        <ul>
          {data?.map(({ day, used }) => (
            <li key={day}>
              {day}: {toCount(used)}
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
