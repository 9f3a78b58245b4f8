import type { Address } from "./address.ts";

/** Finds the smallest of many networks that an address is in, with one look for each length of prefix in use. */
export interface NetworkIndex<Value> {
  /** The first value given for a network stays. */
  add(network: Address, prefix: number, value: Value): void;
  find(address: Address): Value | null;
}

/** An index of IPv4 and IPv6 networks; single addresses are networks of 32 or 128 bits. */
export function createNetworkIndex<Value>(): NetworkIndex<Value> {
  const byFamily = { 4: new Map<number, Map<string, Value>>(), 16: new Map<number, Map<string, Value>>() };
  const prefixes: Record<4 | 16, number[]> = { 4: [], 16: [] };

  return {
    add(network, prefix, value) {
      const family = toFamily(network);
      const values = byFamily[family].get(prefix) ?? new Map<string, Value>();
      if (!byFamily[family].has(prefix)) {
        byFamily[family].set(prefix, values);
        prefixes[family] = [...byFamily[family].keys()].sort((one, other) => other - one);
      }
      const key = toKey(toNetwork(network, prefix));
      if (!values.has(key)) values.set(key, value);
    },
    find(address) {
      const family = toFamily(address);
      for (const prefix of prefixes[family]) {
        const value = byFamily[family].get(prefix)?.get(toKey(toNetwork(address, prefix)));
        if (value !== undefined) return value;
      }
      return null;
    },
  };
}

/** The address with all bits after the prefix set to zero. */
export function toNetwork(address: Address, prefix: number): Address {
  return address.map((byte, at) => {
    const bits = Math.min(Math.max(prefix - at * 8, 0), 8);
    return byte & (0xff << (8 - bits)) & 0xff;
  });
}

function toFamily(address: Address): 4 | 16 {
  return address.length === 4 ? 4 : 16;
}

function toKey(address: Address): string {
  return String.fromCharCode(...address);
}
