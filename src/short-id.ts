import { randomInt } from "node:crypto";

/** Without I, L, O and U, which are misread or make words. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A short name that a person can type, such as `S-7K3Q`. Not unique by itself: the records refuse a second one. */
export function newShortId(prefix: "S" | "D"): string {
  return `${prefix}-${Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join("")}`;
}
