import { turn } from "./turn.ts";

/** Work that comes to a rest after every millisecond or so, where others may go before it. */
export type Pieces<Result> = Generator<void, Result>;

/** How many lines or entries are worked on between two rests: each takes some µs. */
export const AT_ONCE = 250;

/** All of it without a rest. */
export function atOnce<Result>(work: Pieces<Result>): Result {
  for (;;) {
    const piece = work.next();
    if (piece.done === true) return piece.value;
  }
}

/** All of it, a piece at a time: whoever wants something else meanwhile need not wait for the end. */
export async function inTurns<Result>(work: Pieces<Result>): Promise<Result> {
  for (;;) {
    const piece = work.next();
    if (piece.done === true) return piece.value;
    await turn({ isPatient: true });
  }
}
