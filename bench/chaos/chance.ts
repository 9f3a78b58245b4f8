import { seeded } from "../kill-times.ts";

/** What a seed decides. The same seed decides the same; what comes of it is up to the machine's timing as well. */
export interface Chance {
  /** A number from `least` up to `most`, both possible. */
  whole(least: number, most: number): number;
  /** A length of time from 0 up to `mostMs`. */
  ms(mostMs: number): number;
  /** True as often as `share` says, from 0 to 1. */
  happens(share: number): boolean;
  /** One of them. */
  one<T>(of: readonly [T, ...(readonly T[])]): T;
  /** `count` of them, or all, in any order. */
  some<T>(of: readonly T[], count: number): readonly T[];
}

export function createChance(seed: number): Chance {
  const random = seeded(seed);
  const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  return {
    whole,
    ms: (mostMs) => random() * mostMs,
    happens: (share) => random() < share,
    one: (of) => of[whole(0, of.length - 1)] ?? of[0],
    some(of, count) {
      const drawn = of.map((one) => ({ one, at: random() })).toSorted((a, b) => a.at - b.at);
      return drawn.slice(0, count).map(({ one }) => one);
    },
  };
}
