import { isIP } from "node:net";
import { domainToASCII } from "node:url";

import ipaddr from "ipaddr.js";

import type { Indicator } from "../model.ts";

/** The bytes of an address: 4, or 16 for IPv6. IPv4 written as IPv6 (`::ffff:1.2.3.4`) is IPv4. */
export type Address = readonly number[];

/** Reads an IPv4 or IPv6 address in any spelling, in brackets or defanged (`1[.]2[.]3[.]4`); null for anything else. */
export function toAddress(text: string): Address | null {
  const plain = text.replace(/[[({]\.[\])}]/gu, ".").replace(/^\[(.*)\]$/u, "$1");
  const version = isIP(plain);
  if (version === 4) return plain.split(".").map(Number);
  return version === 0 || plain.includes("%") ? null : ipaddr.process(toShortV6(plain)).toByteArray();
}

/** The one spelling of an address that is written to files: dotted, or as RFC 5952 has it. */
export function toCanonical(address: Address): string {
  if (address.length === 4) return address.join(".");
  return toShortV6(ipaddr.fromByteArray([...address]).toNormalizedString());
}

/** As RFC 5952 has it, but never with dots: ipaddr.js takes `::1.2.3.4` for `::ffff:1.2.3.4`. */
function toShortV6(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
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
