import type { Address } from "./address.ts";

/** What stands in the last but one 32 bits of an IPv4 address that is written as IPv6. */
const MAPPED = 0xffff;
const COLON = 0x3a;
const DOT = 0x2e;

/**
 * An address as four numbers of 32 bits, IPv4 as `::ffff:0:0/96` has it: the form for many of them at once. It is written
 * into the caller's array, so that nothing is made for each.
 */
export type AddressWords = Uint32Array<ArrayBuffer>;

/**
 * Reads the address that begins at a place of a text, if it is spelt plainly (`192.0.2.1`, `2001:DB8::1`), and gives the
 * place behind it; -1 for all else. What stands behind it is not looked at.
 */
export function readAddress(text: string, at: number, words: AddressWords): number {
  const end = readV4(text, at, words);
  return end === -1 ? readV6(text, at, words) : end;
}

function readV4(text: string, from: number, words: AddressWords): number {
  let at = from;
  let address = 0;
  for (let octets = 1; ; octets += 1) {
    const start = at;
    let octet = 0;
    for (let digit = text.charCodeAt(at) - 0x30; digit >= 0 && digit <= 9;) {
      octet = octet * 10 + digit;
      at += 1;
      if (at - start > 3) return -1;
      digit = text.charCodeAt(at) - 0x30;
    }
    const hasZeroBefore = at - start > 1 && text.charCodeAt(start) === 0x30;
    if (at === start || octet > 255 || hasZeroBefore) return -1;
    address = (address << 8) | octet;
    if (octets === 4) break;
    if (text.charCodeAt(at) !== DOT) return -1;
    at += 1;
  }
  words[0] = 0;
  words[1] = 0;
  words[2] = MAPPED;
  words[3] = address;
  return at;
}

const groups = new Uint16Array(8);

function readV6(text: string, from: number, words: AddressWords): number {
  let at = from;
  let count = 0;
  let gap = -1;
  if (text.charCodeAt(at) === COLON) {
    if (text.charCodeAt(at + 1) !== COLON) return -1;
    gap = 0;
    at += 2;
  }
  for (;;) {
    const start = at;
    let group = 0;
    for (let digit = hexAt(text, at); digit !== -1; digit = hexAt(text, at)) {
      group = group * 16 + digit;
      at += 1;
      if (at - start > 4) return -1;
    }
    if (at === start) {
      if (gap !== count) return -1;
      break;
    }
    if (count === 8) return -1;
    groups[count] = group;
    count += 1;
    if (text.charCodeAt(at) !== COLON) break;
    at += 1;
    if (text.charCodeAt(at) !== COLON) {
      if (hexAt(text, at) === -1) return -1;
    } else {
      if (gap !== -1) return -1;
      gap = count;
      at += 1;
    }
  }
  if (gap === -1 ? count !== 8 : count === 8) return -1;
  for (let word = 0; word < 4; word += 1)
    words[word] = (groupAt(word * 2, count, gap) << 16) | groupAt(word * 2 + 1, count, gap);
  return at;
}

/** One of the eight, of which those that were left out at `gap` are zero. */
function groupAt(nth: number, count: number, gap: number): number {
  if (gap === -1 || nth < gap) return groups[nth] ?? 0;
  const written = nth - (8 - count);
  return written < gap ? 0 : (groups[written] ?? 0);
}

function hexAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** The bytes of it: 4, or 16 for IPv6. */
export function toBytes(words: AddressWords): Address {
  const isV4 = words[0] === 0 && words[1] === 0 && words[2] === MAPPED;
  const bytes: number[] = [];
  for (let at = isV4 ? 3 : 0; at < 4; at += 1) {
    const word = words[at] ?? 0;
    bytes.push(word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff);
  }
  return bytes;
}

/** Writes the four numbers of an address. */
export function toWords(address: Address, words: AddressWords): void {
  const isV4 = address.length === 4;
  words[0] = isV4 ? 0 : wordAt(address, 0);
  words[1] = isV4 ? 0 : wordAt(address, 4);
  words[2] = isV4 ? MAPPED : wordAt(address, 8);
  words[3] = wordAt(address, isV4 ? 0 : 12);
}

function wordAt(bytes: Address, at: number): number {
  const high = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16);
  return high | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
}
