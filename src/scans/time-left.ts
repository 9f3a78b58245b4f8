import type { Budget } from "../model.ts";

/** About how long so many look-ups of a list take, in ms: one window for each round of places. Infinity when no key can be asked. */
export function timeLeft(
  lookUps: number,
  { listPlaces, windowMs }: Pick<Budget, "listPlaces" | "windowMs">,
): number {
  if (lookUps === 0 || listPlaces === Number.POSITIVE_INFINITY) return 0;
  if (listPlaces === 0) return Number.POSITIVE_INFINITY;
  return lookUps <= listPlaces ? 0 : Math.ceil(lookUps / listPlaces) * windowMs;
}
