import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

import { toCount, Wide } from "./words.tsx";

/** One part of each bar. */
export interface BarPart {
  readonly name: string;
  /** Of a style, such as `--unsafe`, or as it is. */
  readonly color: string;
  /** One for each time. */
  readonly values: readonly number[];
}

const HEIGHT_PX = 220;
/** Of the room for a bar, and at most so many pixels. */
const BAR_SIZE: [number, number] = [0.7, 40];
const AXIS_PX = 60;

/** Bars over time in UTC, each of several parts, the first at the bottom; the same as numbers behind it. */
export function BarChart({
  heading,
  times,
  parts,
  toName,
  toTick,
}: {
  readonly heading: string;
  /** Where each bar stands, in ms since 1970, evenly. */
  readonly times: readonly number[];
  readonly parts: readonly BarPart[];
  /** How the numbers call a time. */
  readonly toName: (time: number) => string;
  /** How the axis calls it, in short. */
  readonly toTick: (time: number) => string;
}) {
  const box = useRef<HTMLDivElement>(null);
  const shown = times.flatMap((time, at) => {
    const values = parts.map((part) => part.values[at] ?? 0);
    return values.some((value) => value > 0) ? [{ time, values }] : [];
  });
  const drawn = JSON.stringify([times, parts]);
  useEffect(() => {
    const element = box.current;
    if (element === null || shown.length === 0) return;
    let chart = draw(element, { times, parts, toTick });
    const resize = () => chart.setSize({ width: element.clientWidth, height: HEIGHT_PX });
    const recolor = () => {
      chart.destroy();
      chart = draw(element, { times, parts, toTick });
    };
    const dark = matchMedia("(prefers-color-scheme: dark)");
    addEventListener("resize", resize);
    dark.addEventListener("change", recolor);
    return () => {
      removeEventListener("resize", resize);
      dark.removeEventListener("change", recolor);
      chart.destroy();
    };
  }, [drawn]);
  return (
    <section aria-label={heading}>
      <h2>{heading} (UTC)</h2>
      {shown.length === 0 ? <p>None yet.</p> : null}
      {parts.length > 1 && shown.length > 0 ? <Legend parts={parts} /> : null}
      <div ref={box} aria-hidden="true" />
      {shown.length === 0 ? null : (
        <details>
          <summary>As numbers</summary>
          <Wide label={`${heading}, as a table`}>
            <table>
              <thead>
                <tr>
                  <th scope="col">UTC</th>
                  {parts.map(({ name }) => (
                    <th key={name} scope="col">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {shown.toReversed().map(({ time, values }) => (
                  <tr key={time}>
                    <th scope="row">{toName(time)}</th>
                    {values.map((value, at) => (
                      <td key={parts[at]?.name}>{toCount(value)}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </Wide>
        </details>
      )}
    </section>
  );
}

function Legend({ parts }: { readonly parts: readonly BarPart[] }) {
  return (
    <ul class="legend" aria-hidden="true">
      {parts.map(({ name, color }) => (
        <li key={name}>
          <span class="swatch" style={{ background: color.startsWith("--") ? `var(${color})` : color }} />
          {name}
        </li>
      ))}
    </ul>
  );
}

function draw(
  element: HTMLElement,
  {
    times,
    parts,
    toTick,
  }: {
    readonly times: readonly number[];
    readonly parts: readonly BarPart[];
    readonly toTick: (time: number) => string;
  },
): uPlot {
  const style = getComputedStyle(element);
  const axis = { stroke: style.color, grid: { show: false } };
  const toColor = (color: string) => (color.startsWith("--") ? style.getPropertyValue(color) : color);
  const seconds = times.map((time) => time / 1000);
  const stepS = (seconds[1] ?? 0) - (seconds[0] ?? 0);
  const sums = parts.map((_, top) =>
    times.map((_time, at) => parts.slice(0, top + 1).reduce((sum, { values }) => sum + (values[at] ?? 0), 0)),
  );
  return new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT_PX,
      legend: { show: false },
      cursor: { show: false },
      tzDate: (second) => uPlot.tzDate(new Date(second * 1000), "Etc/UTC"),
      scales: {
        x: { range: () => [(seconds[0] ?? 0) - stepS / 2, (seconds.at(-1) ?? 0) + stepS / 2] },
        y: { range: (_chart, _low, high) => [0, Math.max(1, high)] },
      },
      axes: [
        { ...axis, values: (_chart, ticks) => ticks.map((second) => toTick(second * 1000)) },
        { ...axis, size: AXIS_PX, incrs: WHOLE },
      ],
      // The whole bar first, and then what stands lower before it.
      series: [{}, ...parts.map(({ color }) => toSeries(toColor(color))).toReversed()],
    },
    [seconds, ...sums.toReversed()],
    element,
  );
}

/** Steps of the axis: there are no halves. */
const WHOLE = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 1_000_000,
];

function toSeries(color: string): uPlot.Series {
  return {
    fill: color,
    width: 0,
    ...(uPlot.paths.bars !== undefined && { paths: uPlot.paths.bars({ size: BAR_SIZE }) }),
    points: { show: false },
  };
}
