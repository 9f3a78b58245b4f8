import type { Address } from "./address.ts";

/** A network: all addresses whose first `prefix` bits are those of `address`. */
export interface Network {
  readonly address: Address;
  readonly prefix: number;
}

/** Many networks in little room: for each its address in words of 32 bits, then its prefix. */
export interface PackedNetworks {
  readonly v4: Uint32Array;
  readonly v6: Uint32Array;
}

/** Tells which of many lists an address is on. */
export interface NetworkRanges {
  /** The place, from 0, of the list with the smallest network around an address; of equal ones the first; null: none. */
  find(address: Address): number | null;
}

/** Ranges that do not overlap, in order; each ends where the next begins. */
interface Ranges {
  /** Words of 32 bits in an address. */
  readonly width: number;
  readonly starts: Uint32Array;
  /** A list's place + 1; 0: no list. */
  readonly lists: Uint32Array;
}

/** A network that is not over yet while its family is gone through. `after` is where it is; null: it goes on to the end. */
interface OpenNetwork {
  readonly start: readonly number[];
  readonly prefix: number;
  readonly after: readonly number[] | null;
  readonly list: number;
}

const WIDTHS = { v4: 1, v6: 4 } as const;
const BITS = 32;
const WORD = 2 ** BITS;

/** Packs networks. Bits behind a prefix are left out. */
export function packNetworks(networks: Iterable<Network>): PackedNetworks {
  const v4: number[] = [];
  const v6: number[] = [];
  for (const { address, prefix } of networks) {
    const row = address.length === 4 ? v4 : v6;
    for (const word of toStart(toWords(address), prefix)) row.push(word);
    row.push(prefix);
  }
  return { v4: Uint32Array.from(v4), v6: Uint32Array.from(v6) };
}

/** How many networks there are. */
export function countNetworks({ v4, v6 }: PackedNetworks): number {
  return v4.length / (WIDTHS.v4 + 1) + v6.length / (WIDTHS.v6 + 1);
}

/** A key for each network, the same for the same network. */
export function networkKeys({ v4, v6 }: PackedNetworks): readonly string[] {
  return [...rowsOf(v4, WIDTHS.v4 + 1), ...rowsOf(v6, WIDTHS.v6 + 1)];
}

function rowsOf(list: Uint32Array, size: number): string[] {
  return Array.from({ length: list.length / size }, (_, at) =>
    list.subarray(at * size, (at + 1) * size).join(" "),
  );
}

/** Lays lists over each other so that an address is found by halving, in some 20 steps among 200,000 networks. */
export function createNetworkRanges(lists: readonly PackedNetworks[]): NetworkRanges {
  const v4 = toRanges(
    lists.map((list) => list.v4),
    WIDTHS.v4,
  );
  const v6 = toRanges(
    lists.map((list) => list.v6),
    WIDTHS.v6,
  );
  return {
    find(address) {
      const list = listAt(address.length === 4 ? v4 : v6, toWords(address));
      return list === 0 ? null : list - 1;
    },
  };
}

/** Networks either lie in one another or apart, so those that are open at any place form a stack. */
function toRanges(lists: readonly Uint32Array[], width: number): Ranges {
  const starts: number[] = [];
  const found: number[] = [];
  const open: OpenNetwork[] = [];

  function begin(start: readonly number[], list: number): void {
    const last = starts.length - width;
    if (last >= 0 && start.every((word, at) => word === starts[last + at])) found[found.length - 1] = list;
    else {
      starts.push(...start);
      found.push(list);
    }
  }
  function endBefore(start: readonly number[] | null): void {
    for (let top = open.at(-1); top !== undefined && isOver(top, start); top = open.at(-1)) {
      open.pop();
      if (top.after !== null) begin(top.after, open.at(-1)?.list ?? 0);
    }
  }

  for (const network of inOrder(lists, width)) {
    endBefore(network.start);
    const around = open.at(-1);
    const isTwin = around?.prefix === network.prefix && compare(around.start, network.start) === 0;
    if (isTwin) continue;
    begin(network.start, network.list);
    open.push(network);
  }
  endBefore(null);
  return { width, starts: Uint32Array.from(starts), lists: Uint32Array.from(found) };
}

/** By where they start, the larger before those within, the first given before its twins. */
function* inOrder(lists: readonly Uint32Array[], width: number): Generator<OpenNetwork> {
  const size = width + 1;
  const all = lists.flatMap((list, place) => (list.length === 0 ? [] : [{ list, place }]));
  const count = all.reduce((sum, { list }) => sum + list.length / size, 0);
  const rows = new Uint32Array(count * size);
  const places = new Uint32Array(count);
  let filled = 0;
  for (const { list, place } of all) {
    rows.set(list, filled * size);
    places.fill(place + 1, filled, filled + list.length / size);
    filled += list.length / size;
  }
  const order = Uint32Array.from({ length: count }, (_, at) => at).sort((one, other) => {
    for (let at = 0; at < size; at += 1) {
      const difference = (rows[one * size + at] ?? 0) - (rows[other * size + at] ?? 0);
      if (difference !== 0) return difference;
    }
    return one - other;
  });
  for (const row of order) {
    const start = [...rows.subarray(row * size, row * size + width)];
    const prefix = rows[row * size + width] ?? 0;
    yield { start, prefix, after: toAfter(start, prefix), list: places[row] ?? 0 };
  }
}

function isOver({ after }: OpenNetwork, start: readonly number[] | null): boolean {
  return start === null || (after !== null && compare(after, start) <= 0);
}

/** The first address behind a network; null when there is none. */
function toAfter(start: readonly number[], prefix: number): readonly number[] | null {
  if (prefix === 0) return null;
  const after = [...start];
  let at = Math.floor((prefix - 1) / BITS);
  let step = 2 ** (BITS - 1 - ((prefix - 1) % BITS));
  for (; at >= 0; at -= 1) {
    const word = (after[at] ?? 0) + step;
    after[at] = word % WORD;
    if (word < WORD) return after;
    step = 1;
  }
  return null;
}

/** The list of the last range that starts at or before an address. */
function listAt({ width, starts, lists }: Ranges, words: readonly number[]): number {
  let low = 0;
  let high = lists.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (startsAfter(starts, middle * width, words)) high = middle;
    else low = middle + 1;
  }
  return lists[low - 1] ?? 0;
}

function startsAfter(starts: Uint32Array, from: number, words: readonly number[]): boolean {
  for (let at = 0; at < words.length; at += 1) {
    const start = starts[from + at] ?? 0;
    const word = words[at] ?? 0;
    if (start !== word) return start > word;
  }
  return false;
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (let at = 0; at < one.length; at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function toWords(address: Address): number[] {
  const words: number[] = [];
  for (let at = 0; at < address.length; at += 4) {
    const [one, two, three, four] = [address[at], address[at + 1], address[at + 2], address[at + 3]];
    words.push((one ?? 0) * 2 ** 24 + (two ?? 0) * 2 ** 16 + (three ?? 0) * 2 ** 8 + (four ?? 0));
  }
  return words;
}

/** The words with all bits after the prefix set to zero. */
function toStart(words: readonly number[], prefix: number): number[] {
  return words.map((word, at) => {
    const free = BITS - Math.min(Math.max(prefix - at * BITS, 0), BITS);
    // Shifts take their count modulo 32.
    return free === BITS ? 0 : ((word >>> free) << free) >>> 0;
  });
}
