import { parseArgs } from "node:util";

/** How long a run is, and what it does. */
export interface Options {
  readonly seed: number;
  /** The run ends with the first of both that is reached. */
  readonly rounds: number;
  readonly seconds: number;
  /** Only faults in whose name one of these stands; empty: all. */
  readonly only: readonly string[];
  /** Whether three processes share PostgreSQL and Redis; else one has SQLite. */
  readonly isShared: boolean;
  /** Whether the table goes into the document. */
  readonly isWritten: boolean;
  /** In so many runs beside each other the rounds are played. */
  readonly beside: number;
  /** Where a run that is one of several leaves what came of its rounds; null: it is none. */
  readonly outcomes: string | null;
}

const USAGE = `npm run chaos -- [--rounds N] [--seconds N] [--seed N] [--only PART-OF-A-FAULT'S-NAME]… [--shared] [--beside N] [--write]`;
const ROUNDS = 1000;

/** @throws Error with the usage for what it does not know. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string" },
      rounds: { type: "string" },
      seconds: { type: "string" },
      only: { type: "string", multiple: true, default: [] },
      shared: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      beside: { type: "string" },
      outcomes: { type: "string" },
    },
  });
  const { seed, rounds, seconds, only, shared, write, beside, outcomes } = values;
  return {
    seed: toNumber("--seed", seed, Math.floor(Math.random() * 1e6)),
    rounds: toNumber("--rounds", rounds, seconds === undefined ? ROUNDS : Number.POSITIVE_INFINITY),
    seconds: toNumber("--seconds", seconds, Number.POSITIVE_INFINITY),
    only,
    isShared: shared,
    isWritten: write,
    beside: toNumber("--beside", beside, 1),
    outcomes: outcomes ?? null,
  };
}

function toNumber(name: string, given: string | undefined, usual: number): number {
  if (given === undefined) return usual;
  if (/^\d+$/u.test(given)) return Number(given);
  throw new Error(`${name} takes a number, not ${given}.\n${USAGE}`);
}
