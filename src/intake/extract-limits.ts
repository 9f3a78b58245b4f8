import { UserError } from "../errors.ts";
import { MAX_INDICATORS } from "./limits.ts";

/** Says that a text holds more than that, and what to do. */
export function toTooMany(indicators: number): UserError {
  const count = indicators.toLocaleString("en-US");
  const most = MAX_INDICATORS.toLocaleString("en-US");
  return new UserError(`The text holds ${count} indicators, and one scan takes ${most}: split the list.`);
}
