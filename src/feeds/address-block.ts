import { toCanonical, type Address } from "../lists/address.ts";
import { toNetwork } from "../lists/network.ts";
import { AT_ONCE, type Pieces } from "../pieces.ts";
import { sortOrder } from "./sort-order.ts";

/** Which addresses a block holds. */
export interface AddressRange {
  readonly version: 4 | 6;
  /** The first address of it, 32 bits at a time: one number, or four. Large lists make whole numbers too slow. */
  readonly words: readonly number[];
  readonly prefix: number;
}

/** A single address, or a CIDR block. */
export interface AddressBlock extends AddressRange {
  /** Canonical: `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`. A single address has no prefix. */
  readonly text: string;
}

/** The block of an address and a length of prefix; bits behind the prefix are taken for zero. */
export function toAddressBlock(address: Address, prefix: number): AddressBlock {
  const bytes = prefix === address.length * 8 ? address : toNetwork(address, prefix);
  const range = { version: bytes.length === 4 ? 4 : 6, words: toWords(bytes), prefix } as const;
  return { ...range, text: toText(range, bytes) };
}

/** A range with its text, which takes longer than all else about it. */
export function nameRange(range: AddressRange): AddressBlock {
  const bytes: number[] = [];
  for (const word of range.words)
    bytes.push(word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff);
  return { ...range, text: toText(range, bytes) };
}

/** Whether every address of `inner` is in `outer`. */
export function isWithin(inner: AddressRange, outer: AddressRange): boolean {
  if (inner.version !== outer.version || inner.prefix < outer.prefix) return false;
  for (let at = 0; at * 32 < outer.prefix; at += 1) {
    const hidden = Math.max((at + 1) * 32 - outer.prefix, 0);
    if (((inner.words[at] ?? 0) ^ (outer.words[at] ?? 0)) >>> hidden !== 0) return false;
  }
  return true;
}

/** The range that two are the lower and the upper half of; null when they are not. */
export function joinHalves(lower: AddressRange, upper: AddressRange): AddressRange | null {
  const { version, words, prefix } = lower;
  if (version !== upper.version || prefix !== upper.prefix || prefix === 0) return null;
  const differing = (prefix - 1) >>> 5;
  const bit = 1 << (31 - ((prefix - 1) & 31));
  const areHalves = words.every((word, at) =>
    at === differing
      ? (word & bit) === 0 && (word | bit) >>> 0 === upper.words[at]
      : word === upper.words[at],
  );
  return areHalves ? { version, words, prefix: prefix - 1 } : null;
}

/** IPv4 before IPv6, by address, the larger of two that begin with the same address first; each once. */
export function* sortBlocks(blocks: readonly AddressBlock[]): Pieces<readonly AddressBlock[]> {
  const order = yield* sortOrder(yield* toColumns(blocks), blocks.length);
  const sorted: AddressBlock[] = [];
  let last = "";
  for (let place = 0; place < order.length; place += 1) {
    if (place % AT_ONCE === 0) yield;
    const block = blocks[order[place] ?? 0];
    if (block === undefined || block.text === last) continue;
    last = block.text;
    sorted.push(block);
  }
  return sorted;
}

/** Sorted as by `sortBlocks`, without blocks that lie in another one of them. */
export function* withoutNested(blocks: readonly AddressBlock[]): Pieces<readonly AddressBlock[]> {
  const kept: AddressBlock[] = [];
  for (const [at, block] of (yield* sortBlocks(blocks)).entries()) {
    if (at % AT_ONCE === 0) yield;
    const before = kept.at(-1);
    if (before === undefined || !isWithin(block, before)) kept.push(block);
  }
  return kept;
}

/**
 * What blocks are sorted by, the least significant first. Read once, and sorted apart from them: blocks lie all over
 * memory, and going through them takes longer than all the rest.
 */
function* toColumns(blocks: readonly AddressBlock[]): Pieces<readonly Uint32Array<ArrayBuffer>[]> {
  const column = () => new Uint32Array(blocks.length);
  const versions = column();
  const prefixes = column();
  const words = [column(), column(), column(), column()];
  for (const [at, block] of blocks.entries()) {
    if (at % AT_ONCE === 0) yield;
    versions[at] = block.version;
    prefixes[at] = block.prefix;
    for (const [nth, values] of words.entries()) values[at] = block.words[nth] ?? 0;
  }
  return [prefixes, ...words.toReversed(), versions];
}

function toText({ prefix }: AddressRange, bytes: Address): string {
  return toCanonical(bytes) + (prefix === bytes.length * 8 ? "" : `/${prefix}`);
}

function toWords(bytes: Address): readonly number[] {
  const words: number[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
    words.push(((a << 24) | (b << 16) | (c << 8) | d) >>> 0);
  }
  return words;
}
