import type { Piece } from "../model.ts";
import { findIndicators } from "./find-indicators.ts";

/**
 * Finds IPs, domains, URLs and hashes in a text, defanged or not, in order of first appearance: a URL before its
 * host, each distinct indicator once, and each distinct text that looks like an indicator and is none.
 * Pure and synchronous, in time linear in the text; nothing is given that is not written there.
 *
 * Of e-mail addresses, of schemes other than http, https and ftp, and of URLs with placeholders the host is given
 * alone. `1.2.3.4/32` is one address, every other block is rejected; `::ffff:1.2.3.4` is the address 1.2.3.4.
 */
export function extract(text: string): Piece[] {
  return findIndicators(text).pieces();
}
