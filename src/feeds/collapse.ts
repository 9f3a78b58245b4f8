import { AT_ONCE, type Pieces } from "../pieces.ts";
import {
  isWithin,
  joinHalves,
  nameRange,
  sortBlocks,
  type AddressBlock,
  type AddressRange,
} from "./address-block.ts";

/**
 * The fewest blocks that hold exactly the same addresses, sorted by address, IPv4 before IPv6.
 * Never one of everything: the two halves of all addresses stay two, since most firewalls take no prefix of 0.
 */
export function* collapse(blocks: readonly AddressBlock[]): Pieces<readonly AddressBlock[]> {
  const kept: (AddressBlock | AddressRange)[] = [];
  for (const [at, block] of (yield* sortBlocks(blocks)).entries()) {
    if (at % AT_ONCE === 0) yield;
    const before = kept.at(-1);
    if (before !== undefined && isWithin(block, before)) continue;
    kept.push(block);
    joinLast(kept);
  }
  // What is joined again and again is named once, at the end.
  const named: AddressBlock[] = [];
  for (const [at, range] of kept.entries()) {
    if (at % AT_ONCE === 0) yield;
    named.push("text" in range ? range : nameRange(range));
  }
  return named;
}

/** Two halves of the same block become that block, which may be a half itself. */
function joinLast(kept: (AddressBlock | AddressRange)[]): void {
  for (;;) {
    const [lower, upper] = [kept.at(-2), kept.at(-1)];
    const joined = lower === undefined || upper === undefined ? null : joinHalves(lower, upper);
    if (joined === null || joined.prefix === 0) return;
    kept.pop();
    kept[kept.length - 1] = joined;
  }
}
