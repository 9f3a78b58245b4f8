import { randomInt } from "node:crypto";

/** Without I, L, O and U, which are misread or make words. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A short name for a scan that a person can type, `S-7K3Q`. Not unique by itself: the records refuse a second one. */
export function newScanId(): string {
  return `S-${Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join("")}`;
}

/** What a person typed as the id of a scan, put right: `s-7k3q`, `7K3Q` and `S-7K3Q` are the same. */
export function toScanId(text: string): string {
  return `S-${text.trim().toUpperCase().replace(/^S-/, "")}`;
}
