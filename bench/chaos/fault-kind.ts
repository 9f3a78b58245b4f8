import type { Chance } from "./chance.ts";
import type { Runs } from "./command-line-people.ts";
import type { Editor } from "./hand-edits.ts";
import type { House } from "./house.ts";

/** What a fault has to do with. */
interface Surroundings {
  readonly house: House;
  readonly chance: Chance;
  readonly runs: Runs;
  readonly editor: Editor;
}

/** Something that goes wrong in a round. It lasts for `ms` at most, and resolves when it is over. */
export interface FaultKind {
  /** Of a family one goes wrong at a time, and each family as often as any other. */
  readonly family: string;
  readonly name: string;
  /** Why it cannot be done here; null: it can. */
  missing(house: House): string | null;
  befall(surroundings: Surroundings): Promise<void>;
}

/** One that can be done everywhere. */
export function kind(family: string, name: string, befall: FaultKind["befall"]): FaultKind {
  return { family, name, missing: () => null, befall };
}

/** Why what several processes share cannot go wrong here; null: it can. */
export function notShared({ engines }: House): string | null {
  return engines === null ? "each process has records of its own (--shared)" : null;
}
