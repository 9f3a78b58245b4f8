import { isWithin, parentOf, sortBlocks, type AddressBlock } from "./address-block.ts";

/**
 * The fewest blocks that hold exactly the same addresses, sorted by address, IPv4 before IPv6.
 * Never one of everything: the two halves of all addresses stay two, since most firewalls take no prefix of 0.
 */
export function collapse(blocks: readonly AddressBlock[]): readonly AddressBlock[] {
  const kept: AddressBlock[] = [];
  for (const block of sortBlocks(blocks)) {
    const before = kept.at(-1);
    if (before !== undefined && isWithin(block, before)) continue;
    kept.push(block);
    joinLast(kept);
  }
  return kept;
}

/** Two halves of the same block become that block, which may be a half itself. */
function joinLast(kept: AddressBlock[]): void {
  for (;;) {
    const [left, right] = kept.slice(-2);
    if (left === undefined || right === undefined || !areHalves(left, right)) return;
    kept.splice(-2, 2, parentOf(left));
  }
}

function areHalves(left: AddressBlock, right: AddressBlock): boolean {
  if (left.version !== right.version || left.prefix !== right.prefix || left.prefix <= 1) return false;
  const bit = 1n << BigInt((left.version === 4 ? 32 : 128) - left.prefix);
  return (left.first & bit) === 0n && right.first === left.first + bit;
}
