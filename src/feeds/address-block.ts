import { toCanonical, type Address } from "../lists/address.ts";
import { toNetwork } from "../lists/network.ts";

/** A single address, or a CIDR block. */
export interface AddressBlock {
  /** Canonical: `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`. A single address has no prefix. */
  readonly text: string;
  readonly version: 4 | 6;
  /** The first address of it, as a number. */
  readonly first: bigint;
  readonly prefix: number;
}

/** How many bits an address has. */
const BITS = { 4: 32, 6: 128 } as const;

/** The block of an address and a length of prefix; bits behind the prefix are taken for zero. */
export function toAddressBlock(address: Address, prefix: number): AddressBlock {
  const network = toNetwork(address, prefix);
  const version = address.length === 4 ? 4 : 6;
  return blockOf(version, toNumber(network), prefix, network);
}

/** The block twice as large that this one lies in. */
export function parentOf({ version, first, prefix }: AddressBlock): AddressBlock {
  const bit = 1n << BigInt(BITS[version] - prefix);
  const start = first & ~bit;
  return blockOf(version, start, prefix - 1, toBytes(start, BITS[version] / 8));
}

/** The last address of a block, as a number. */
export function lastOf({ version, first, prefix }: AddressBlock): bigint {
  return first + (1n << BigInt(BITS[version] - prefix)) - 1n;
}

/** Whether every address of `inner` is in `outer`. */
export function isWithin(inner: AddressBlock, outer: AddressBlock): boolean {
  return inner.version === outer.version && inner.first >= outer.first && lastOf(inner) <= lastOf(outer);
}

/** IPv4 before IPv6, by address, the larger of two that begin with the same address first; each once. */
export function sortBlocks(blocks: readonly AddressBlock[]): readonly AddressBlock[] {
  return [...new Map(blocks.map((block) => [block.text, block])).values()].sort(compare);
}

/** Sorted as by `sortBlocks`, without blocks that lie in another one of them. */
export function withoutNested(blocks: readonly AddressBlock[]): readonly AddressBlock[] {
  const kept: AddressBlock[] = [];
  for (const block of sortBlocks(blocks)) {
    const before = kept.at(-1);
    if (before === undefined || !isWithin(block, before)) kept.push(block);
  }
  return kept;
}

function compare(one: AddressBlock, other: AddressBlock): number {
  if (one.version !== other.version) return one.version - other.version;
  if (one.first !== other.first) return one.first < other.first ? -1 : 1;
  return one.prefix - other.prefix;
}

function blockOf(version: 4 | 6, first: bigint, prefix: number, bytes: Address): AddressBlock {
  const suffix = prefix === BITS[version] ? "" : `/${prefix}`;
  return { text: toCanonical(bytes) + suffix, version, first, prefix };
}

/** By 32 bits at a time: sums of large numbers are slow. */
function toNumber(address: Address): bigint {
  let number = 0n;
  for (let at = 0; at < address.length; at += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = address.slice(at, at + 4);
    number = (number << 32n) | BigInt(a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d);
  }
  return number;
}

function toBytes(number: bigint, length: number): Address {
  return Array.from({ length }, (_, at) => Number((number >> BigInt((length - 1 - at) * 8)) & 0xffn));
}
