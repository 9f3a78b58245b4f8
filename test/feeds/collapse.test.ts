import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  isWithin,
  sortBlocks as sorting,
  toAddressBlock,
  withoutNested as unnesting,
  type AddressBlock,
} from "../../src/feeds/address-block.ts";
import { collapse as collapsing } from "../../src/feeds/collapse.ts";
import { toListedBlocks } from "../../src/feeds/listed-blocks.ts";
import { toAddress } from "../../src/lists/address.ts";
import { atOnce } from "../../src/pieces.ts";

const collapse = (blocks: readonly AddressBlock[]) => atOnce(collapsing(blocks));
const sortBlocks = (blocks: readonly AddressBlock[]) => atOnce(sorting(blocks));
const withoutNested = (blocks: readonly AddressBlock[]) => atOnce(unnesting(blocks));

function blocksOf(texts: readonly string[]): readonly AddressBlock[] {
  return atOnce(toListedBlocks(texts.join("\n"))).blocks;
}

function textsOf(blocks: readonly AddressBlock[]): readonly string[] {
  return blocks.map(({ text }) => text);
}

test.each<{ what: string; from: readonly string[]; to: readonly string[] }>([
  { what: "nothing", from: [], to: [] },
  { what: "two halves", from: ["192.0.2.1", "192.0.2.0"], to: ["192.0.2.0/31"] },
  { what: "neighbours that are no halves", from: ["192.0.2.1", "192.0.2.2"], to: ["192.0.2.1", "192.0.2.2"] },
  {
    what: "four in any order",
    from: ["192.0.2.3", "192.0.2.0", "192.0.2.2", "192.0.2.1"],
    to: ["192.0.2.0/30"],
  },
  { what: "five", from: [3, 0, 2, 1, 4].map((n) => `192.0.2.${n}`), to: ["192.0.2.0/30", "192.0.2.4"] },
  { what: "one within another", from: ["192.0.2.7", "192.0.2.0/24", "192.0.2.128/25"], to: ["192.0.2.0/24"] },
  { what: "halves over an octet", from: ["192.0.3.0/24", "192.0.2.0/24"], to: ["192.0.2.0/23"] },
  { what: "the last addresses", from: ["255.255.255.255", "255.255.255.254"], to: ["255.255.255.254/31"] },
  { what: "IPv6 halves", from: ["2001:db8::1", "2001:db8::"], to: ["2001:db8::/127"] },
  {
    what: "the last of IPv6",
    from: ["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"],
    to: ["ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127"],
  },
  {
    what: "IPv4 and IPv6 beside each other",
    from: ["::1", "0.0.0.0", "::", "0.0.0.1"],
    to: ["0.0.0.0/31", "::/127"],
  },
  {
    what: "the same in several spellings",
    from: ["2001:DB8:0::1", "2001:db8::1", "[2001:db8::1]"],
    to: ["2001:db8::1"],
  },
  { what: "IPv4 written as IPv6", from: ["::ffff:192.0.2.0", "192.0.2.1"], to: ["192.0.2.0/31"] },
  {
    what: "everything, which stays two halves",
    from: ["0.0.0.0/1", "128.0.0.0/1"],
    to: ["0.0.0.0/1", "128.0.0.0/1"],
  },
])("joins $what", ({ from, to }) => {
  expect(textsOf(collapse(blocksOf(from)))).toEqual(to);
});

/** Close together, so that there is something to join. */
const v4 = fc
  .record({ at: fc.nat(255), prefix: fc.constantFrom(32, 32, 32, 31, 30, 28) })
  .map(({ at, prefix }) => toAddressBlock([45, 10, 0, at], prefix));
const v6 = fc
  .record({ at: fc.nat(255), prefix: fc.constantFrom(128, 128, 128, 127, 126, 121) })
  .map(({ at, prefix }) => toAddressBlock([0x2a, ...Array.from({ length: 14 }, () => 0), at], prefix));
const lists = fc.array(fc.oneof(v4, v6), { maxLength: 300 });

function firstOf({ words }: AddressBlock): bigint {
  return words.reduce((number, word) => (number << 32n) | BigInt(word), 0n);
}

function addressesOf(blocks: readonly AddressBlock[]): ReadonlySet<string> {
  const addresses = new Set<string>();
  for (const block of blocks) {
    const count = 1n << BigInt(block.words.length * 32 - block.prefix);
    for (let at = 0n; at < count; at += 1n) addresses.add(`${block.version}:${firstOf(block) + at}`);
  }
  return addresses;
}

/** The fewest blocks that hold these addresses and no others, found the slow way: whole blocks, the largest first. */
function fewest(addresses: ReadonlySet<string>, version: 4 | 6, base: bigint, size: bigint): number {
  const inside = Array.from({ length: Number(size) }, (_, at) =>
    addresses.has(`${version}:${base + BigInt(at)}`),
  );
  if (inside.every(Boolean)) return 1;
  if (!inside.some(Boolean)) return 0;
  const half = size / 2n;
  return fewest(addresses, version, base, half) + fewest(addresses, version, base + half, half);
}

describe("collapse", () => {
  test("holds exactly the same addresses", () => {
    fc.assert(
      fc.property(lists, (blocks) => {
        expect(addressesOf(collapse(blocks))).toEqual(addressesOf(blocks));
      }),
    );
  });

  test("has as few blocks as there can be", () => {
    fc.assert(
      fc.property(lists, (blocks) => {
        const addresses = addressesOf(blocks);
        const v4Base = firstOf(toAddressBlock([45, 10, 0, 0], 24));
        const v6Base = firstOf(toAddressBlock(toAddress("2a00::") ?? [], 120));
        expect(collapse(blocks)).toHaveLength(
          fewest(addresses, 4, v4Base, 256n) + fewest(addresses, 6, v6Base, 256n),
        );
      }),
    );
  });

  test("of what is collapsed is the same, as is that of another order", () => {
    fc.assert(
      fc.property(lists, (blocks) => {
        const once = collapse(blocks);
        expect(collapse(once)).toEqual(once);
        expect(collapse(blocks.toReversed())).toEqual(once);
      }),
    );
  });

  test.each([
    {
      version: 4,
      block: (at: number) => toAddressBlock([45, (at >> 16) & 255, (at >> 8) & 255, at & 255], 32),
    },
    {
      version: 6,
      block: (at: number) =>
        toAddressBlock(
          [42, ...Array.from({ length: 12 }, () => 0), (at >> 16) & 255, (at >> 8) & 255, at & 255],
          128,
        ),
    },
  ])("of 100,000 addresses of IPv$version joins all that lie side by side", ({ block }) => {
    // Every fourth is missing: 2 of 3 join.
    const blocks = Array.from({ length: 133_334 }, (_, at) => at)
      .filter((at) => at % 4 !== 3)
      .map(block)
      .slice(0, 100_000);
    expect(collapse(blocks)).toHaveLength(66_667);
  });
});

test("sorted blocks lie one after the other, IPv4 first, each once, and the larger before what is in it", () => {
  expect(
    textsOf(sortBlocks(blocksOf(["::1", "9.0.0.1", "10.0.0.0", "9.0.0.1", "10.0.0.0/8", "9.0.0.0/24"]))),
  ).toEqual(["9.0.0.0/24", "9.0.0.1", "10.0.0.0/8", "10.0.0.0", "::1"]);
});

test("blocks from anywhere are sorted as their numbers are", () => {
  const anywhere = fc.oneof(
    v4,
    v6,
    fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => toAddressBlock([...bytes], 32)),
    fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => toAddressBlock([...bytes], 128)),
  );
  fc.assert(
    fc.property(fc.array(anywhere), (blocks) => {
      const sorted = sortBlocks(blocks);
      expect(new Set(textsOf(sorted))).toEqual(new Set(textsOf(blocks)));
      for (const [at, block] of sorted.entries()) {
        const before = sorted[at - 1];
        if (before === undefined || before.version < block.version) continue;
        expect(before.version).toBe(block.version);
        const [one, other] = [firstOf(before), firstOf(block)];
        expect(one < other || (one === other && before.prefix < block.prefix)).toBe(true);
      }
    }),
  );
});

test("without what is nested, no block lies in another one, and none of the addresses is lost", () => {
  fc.assert(
    fc.property(lists, (blocks) => {
      const kept = withoutNested(blocks);
      expect(addressesOf(kept)).toEqual(addressesOf(blocks));
      expect(kept.some((one) => kept.some((other) => one !== other && isWithin(one, other)))).toBe(false);
    }),
    { numRuns: 30 },
  );
});
