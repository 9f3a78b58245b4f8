/** One measured line of the table. */
export interface Row {
  readonly name: string;
  readonly figure: number;
  readonly unit: string;
  /** The figure against its yardstick, which the name says. */
  readonly ratio?: number;
  /** What figure or ratio is held to, such as `≤ 1.05`. */
  readonly bar?: string;
  /** Whether the bar is met. */
  readonly ok?: boolean;
}

/** A part of the benchmark. `say` tells a person what is under way. */
export type Measure = (say: (sentence: string) => void) => Promise<readonly Row[]>;

/** A bar from above, met when `value` is `limit` or less. */
export function atMost(value: number, limit: number, unit = ""): Pick<Required<Row>, "bar" | "ok"> {
  return { bar: `≤ ${toShown(limit)}${unit}`, ok: value <= limit };
}

/** A bar from below, met when `value` is `limit` or more. */
export function atLeast(value: number, limit: number, unit = ""): Pick<Required<Row>, "bar" | "ok"> {
  return { bar: `≥ ${toShown(limit)}${unit}`, ok: value >= limit };
}

/** The middle one; with an even number of them, the higher of the two in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** A figure with about three digits: `12,345`, `12.3`, `1.23`. */
export function toShown(figure: number): string {
  const digits = figure >= 100 || Number.isInteger(figure) ? 0 : figure >= 10 ? 1 : figure >= 0.1 ? 2 : 3;
  return figure.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
