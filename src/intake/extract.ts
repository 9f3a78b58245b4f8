import type { Piece } from "../model.ts";
import { findIndicators } from "./find-indicators.ts";

/**
 * Finds IPs, domains, URLs and hashes in a text, defanged or not, in order of first appearance: a URL before its
 * host, each distinct indicator once, and each distinct text that looks like an indicator and is none.
 * Pure and synchronous, in time linear in the text; nothing is given that is not written there.
 */
export function extract(text: string): Piece[] {
  return findIndicators(text).pieces();
}
