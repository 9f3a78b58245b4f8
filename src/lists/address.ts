import { isIP } from "node:net";
import { domainToASCII } from "node:url";

import type { Indicator } from "../model.ts";
import { readAddress, toBytes } from "./address-words.ts";

/** The bytes of an address: 4, or 16 for IPv6. IPv4 written as IPv6 (`::ffff:1.2.3.4`) is IPv4. */
export type Address = readonly number[];

const words = new Uint32Array(4);

/** Reads an IPv4 or IPv6 address in any spelling, in brackets or defanged (`1[.]2[.]3[.]4`); null for anything else. */
export function toAddress(text: string): Address | null {
  if (readAddress(text, 0, words) === text.length) return toBytes(words);
  const plain = text.replace(/[[({]\.[\])}]/gu, ".").replace(/^\[(.*)\]$/u, "$1");
  if (isIP(plain) === 0 || plain.includes("%")) return null;
  return readAddress(withoutDots(plain), 0, words) === -1 ? null : toBytes(words);
}

/** The end of an IPv6 address may be written as IPv4: `::ffff:192.0.2.1`. */
function withoutDots(plain: string): string {
  const [, start, a = 0, b = 0, c = 0, d = 0] = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/u.exec(plain) ?? [];
  if (start === undefined) return plain;
  return `${start}${toGroup(Number(a), Number(b))}:${toGroup(Number(c), Number(d))}`;
}

function toGroup(high: number, low: number): string {
  return (high * 256 + low).toString(16);
}

/** The one spelling of an address that is written to files: dotted, or as RFC 5952 has it, but never with dots. */
export function toCanonical(address: Address): string {
  if (address.length === 4) return address.join(".");
  const groups = Array.from({ length: 8 }, (_, nth) =>
    toGroup(address[nth * 2] ?? 0, address[nth * 2 + 1] ?? 0),
  );
  const [from, length] = longestGap(groups);
  if (length < 2) return groups.join(":");
  return `${groups.slice(0, from).join(":")}::${groups.slice(from + length).join(":")}`;
}

/** Where the most zeros follow each other, and how many; of two that are as long, the first. */
function longestGap(groups: readonly string[]): readonly [from: number, length: number] {
  let [from, length] = [0, 0];
  for (let at = 0, since = 0; at < groups.length; at += 1) {
    if (groups[at] !== "0") since = at + 1;
    else if (at + 1 - since > length) [from, length] = [since, at + 1 - since];
  }
  return [from, length];
}

/** What a list is asked about an indicator: the address or the name that it is, or that its URL leads to. */
export function toHost(indicator: Indicator): {
  readonly address: Address | null;
  readonly name: string | null;
} {
  const none = { address: null, name: null };
  switch (indicator.kind) {
    case "hash":
      return none;
    case "ip":
      return { address: toAddress(indicator.value), name: null };
    case "domain":
      return { address: null, name: toName(indicator.value) };
    case "url": {
      const host = URL.canParse(indicator.value) ? new URL(indicator.value).hostname : "";
      const address = toAddress(host);
      return address ? { address, name: null } : { address: null, name: toName(host) };
    }
  }
}

/** A domain in canonical form (punycode, no trailing dot, no leading `*.`), or null when it can be none. */
export function toName(text: string): string | null {
  const plain = text
    .trim()
    .replace(/[[({]\.[\])}]/gu, ".")
    .replace(/^\*?\./u, "")
    .replace(/\.$/u, "");
  const name = domainToASCII(plain);
  return name.length <= 253 &&
    /^(?:[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?\.)+[a-z][a-z\d-]*[a-z\d]$/u.test(name)
    ? name
    : null;
}
