import { createHash } from "node:crypto";

import type { Chance } from "./chance.ts";

/** A text that somebody asks about, and what is in it. */
export interface Input {
  readonly text: string;
  /** A piece of it that stands in no other text. */
  readonly marker: string;
  /** Distinct indicators, those that are never sent counted in. */
  readonly indicators: number;
  readonly rejected: number;
  /** What VirusTotal may be asked about. */
  readonly asked: readonly string[];
}

/** Makes up inputs, each of pieces that were in none before, apart from those that are to be known. */
export interface Inputs {
  /** One address. */
  single(): Input;
  /** Some tens of everything. `known`: what was asked about before. `shared`: what others ask about as well. */
  list(size: number, known: readonly string[], shared: readonly string[]): Input;
  /** Only what was asked about before. */
  known(values: readonly string[]): Input;
  addresses(count: number): readonly string[];
}

/** Of the networks that nothing is known of. */
const FIRST_OCTET = 45;

export function createInputs(chance: Chance): Inputs {
  let next = 0;
  let marks = 0;

  function address(): string {
    next += 1;
    return `${FIRST_OCTET}.${10 + Math.floor(next / 50_000)}.${Math.floor(next / 250) % 200}.${(next % 250) + 1}`;
  }

  /** Private, so that it is never sent. */
  function marker(): string {
    marks += 1;
    return `10.77.${Math.floor(marks / 250)}.${(marks % 250) + 1}`;
  }

  function other(): string {
    next += 1;
    return chance.happens(0.5)
      ? `name-${next}.chaos-standin.com`
      : createHash("sha256").update(`chaos ${next}`).digest("hex");
  }

  const addresses = (count: number) => Array.from({ length: count }, address);

  return {
    addresses,
    single() {
      const value = address();
      return { text: value, marker: value, indicators: 1, rejected: 0, asked: [value] };
    },
    list(size, known, shared) {
      const mark = marker();
      const own = Array.from({ length: size }, () => (chance.happens(0.85) ? address() : other()));
      const asked = [...new Set([...own, ...known, ...shared])];
      const rejected = Array.from(
        { length: chance.whole(0, 2) },
        (_, at) => `256.1.${marks % 250}.${at + 1}`,
      );
      const pieces = chance.some([...asked, mark, ...rejected], Number.POSITIVE_INFINITY);
      const text = pieces.join(" ");
      return { text, marker: mark, indicators: asked.length + 1, rejected: rejected.length, asked };
    },
    known(values) {
      const mark = marker();
      const asked = [...new Set(values)];
      return {
        text: [...asked, mark].join(" "),
        marker: mark,
        indicators: asked.length + 1,
        rejected: 0,
        asked,
      };
    },
  };
}
