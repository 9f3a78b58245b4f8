import { array, assert, constantFrom, integer, oneof, property } from "fast-check";
import { describe, expect, test } from "vitest";

import type { Address } from "../../src/lists/address.ts";
import {
  countNetworks,
  createNetworkRanges,
  networkKeys,
  packNetworks,
  type Network,
} from "../../src/lists/network-ranges.ts";
import { toNetwork } from "../../src/lists/warning-list.ts";

function network(text: string): Network {
  const read = toNetwork(text);
  if (read === null) throw new Error(`${text} is no network`);
  return read;
}

function ranges(...lists: readonly (readonly string[])[]) {
  return createNetworkRanges(lists.map((list) => packNetworks(list.map(network))));
}

function find(found: ReturnType<typeof ranges>, ip: string): number | null {
  return found.find(network(ip).address);
}

function bitsOf(address: Address): string {
  return address.map((byte) => byte.toString(2).padStart(8, "0")).join("");
}

/** The same by looking at every network of every list. */
function findSlowly(lists: readonly (readonly Network[])[], address: Address): number | null {
  let best: { readonly list: number; readonly prefix: number } | null = null;
  for (const [list, networks] of lists.entries()) {
    for (const { address: start, prefix } of networks) {
      const isIn =
        start.length === address.length &&
        bitsOf(start).slice(0, prefix) === bitsOf(address).slice(0, prefix);
      if (isIn && (best === null || prefix > best.prefix)) best = { list, prefix };
    }
  }
  return best?.list ?? null;
}

/** Bytes from few values, so that networks lie in one another and addresses within them. */
const BYTE = constantFrom(0, 1, 127, 128, 254, 255);
const ADDRESS = oneof(
  array(BYTE, { minLength: 4, maxLength: 4 }),
  array(BYTE, { minLength: 16, maxLength: 16 }),
);
const NETWORK = ADDRESS.chain((address) =>
  integer({ min: 0, max: address.length * 8 }).map((prefix) => ({ address, prefix })),
);

describe("a search among many networks", () => {
  test("finds the same list as looking at each network of each", () => {
    const lists = array(array(NETWORK, { maxLength: 12 }), { maxLength: 5 });
    assert(
      property(lists, array(ADDRESS, { minLength: 1, maxLength: 20 }), (networks, addresses) => {
        const found = createNetworkRanges(networks.map(packNetworks));
        const edges = networks.flat().map(({ address }) => address);
        for (const address of [...addresses, ...edges]) {
          expect(found.find(address)).toBe(findSlowly(networks, address));
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ["10.0.0.0", 0],
    ["10.255.255.255", 0],
    ["9.255.255.255", null],
    ["11.0.0.0", null],
    ["255.255.255.255", 1],
    ["::", 1],
    ["2001:db8::", 0],
    ["2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", 0],
    ["2001:db9::", null],
    ["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1],
  ])("has the edges right: %s", (ip, list) => {
    const found = ranges(
      ["10.0.0.0/8", "2001:db8::/32"],
      ["255.255.255.255", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    );

    expect(find(found, ip)).toBe(list);
  });

  test("prefers the smallest network, and of equal ones the first list", () => {
    const found = ranges(["1.0.0.0/8"], ["1.2.3.0/24"], ["1.2.3.4"], ["1.2.3.0/24", "1.2.3.4/32"]);

    expect(["1.9.9.9", "1.2.3.9", "1.2.3.4", "1.2.4.0"].map((ip) => find(found, ip))).toEqual([0, 1, 2, 0]);
  });

  test("finds nothing where there is nothing", () => {
    expect(find(ranges(), "1.2.3.4")).toBeNull();
    expect(find(ranges([], []), "::1")).toBeNull();
  });

  test("is not taken in by bits behind a prefix", () => {
    expect(find(ranges(["1.2.3.77/24"]), "1.2.3.1")).toBe(0);
  });
});

test("networks are counted, and told apart", () => {
  const packed = packNetworks(["1.2.3.4", "1.2.3.4/31", "::1"].map(network));

  expect(countNetworks(packed)).toBe(3);
  expect(new Set(networkKeys(packed)).size).toBe(3);
});
