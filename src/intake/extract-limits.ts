import { UserError } from "../errors.ts";

/** Distinct indicators that one text may hold. */
export const MAX_INDICATORS = 100_000;

/** Says that a text holds more than that, and what to do. */
export function toTooMany(indicators: number): UserError {
  const count = indicators.toLocaleString("en-US");
  const most = MAX_INDICATORS.toLocaleString("en-US");
  return new UserError(`The text holds ${count} indicators, and one scan takes ${most}: split the list.`);
}
