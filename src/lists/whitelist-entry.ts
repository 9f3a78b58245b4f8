import { getPublicSuffix } from "tldts";

import { toAddress, toCanonical, toName, type Address } from "./address.ts";
import { toNetwork } from "./network.ts";

/** What an entry of the whitelist means. A word with a dot may be a domain and an owner; `note` says how a doubtful one was read. */
export type WhitelistEntry =
  | { readonly kind: "network"; readonly address: Address; readonly prefix: number; readonly note?: string }
  | { readonly kind: "asn"; readonly asn: number }
  | { readonly kind: "domain"; readonly name: string; readonly owner: string }
  | { readonly kind: "owner"; readonly owner: string }
  | { readonly kind: "problem"; readonly because: string };

const MAX_ASN = 2 ** 32 - 1;
/** Far beyond any name or owner. What looks for names in a line takes a time that grows with its square. */
const MOST_CHARACTERS = 1000;

/**
 * Says what an entry means. Any words may be an owner's name, so what looks like an address, a network, a URL, an
 * e-mail address or a hash and is none that can be listed is a problem, not an owner.
 */
export function toWhitelistEntry(entry: string): WhitelistEntry {
  if (entry.length > MOST_CHARACTERS) return { kind: "problem", because: "is longer than any name" };
  const address = toAddress(entry);
  if (address) return { kind: "network", address, prefix: address.length * 8 };
  const asn = /^asn?\s?(\d{1,10})$/iu.exec(entry)?.[1];
  if (asn !== undefined && Number(asn) <= MAX_ASN) return { kind: "asn", asn: Number(asn) };
  const block = /^([\da-f:.[\]]*[\d:.][\da-f:.[\]]*)\/(\S*)$/iu.exec(entry);
  if (block) return toBlock(block[1] ?? "", block[2] ?? "");
  const because = toProblem(entry);
  if (because !== null) return { kind: "problem", because };
  const name = toName(entry);
  if (name === null) return { kind: "owner", owner: toOwnerKey(entry) };
  if (getPublicSuffix(name) === name)
    return { kind: "problem", because: "would cover every domain that ends so" };
  return { kind: "domain", name, owner: toOwnerKey(entry) };
}

/** An owner's name with case and spacing taken out. */
export function toOwnerKey(owner: string): string {
  return owner.normalize("NFKC").toLowerCase().replace(/\s+/gu, "");
}

function toBlock(network: string, length: string): WhitelistEntry {
  const address = toAddress(network);
  const prefix = /^\d{1,3}$/u.test(length) ? Number(length) : Number.NaN;
  const isMapped = address?.length === 4 && network.includes(":");
  const bits = isMapped ? prefix - 96 : prefix;
  if (!address || !(bits >= 0 && bits <= address.length * 8))
    return { kind: "problem", because: "is no network such as 192.0.2.0/24" };
  if (bits === 0) return { kind: "problem", because: "would cover every address" };
  const start = toNetwork(address, bits);
  if (start.every((byte, at) => byte === address[at])) return { kind: "network", address, prefix: bits };
  return { kind: "network", address: start, prefix: bits, note: `is read as ${toCanonical(start)}/${bits}` };
}

function toProblem(entry: string): string | null {
  if (/^[\d.*\s/-]+$/u.test(entry) || /^[\da-f.]*:[\da-f:.]*$/iu.test(entry)) return "is no address";
  if (/^as\s?\d+$/iu.test(entry)) return "is no AS number";
  if (!/\s/u.test(entry) && entry.replace(/^\*\./u, "").includes("*"))
    return "has a wildcard: a domain covers its subdomains anyway";
  if (/^\S+\.\S+:\d+$/u.test(entry)) return "has a port: give its domain or address alone";
  if (entry.includes("://") || /^[^\s/]+\.[^\s/]+\/\S*$/u.test(entry))
    return "is a URL: give its domain or address";
  if (/^\S+@\S+$/u.test(entry)) return "is an e-mail address: give its domain";
  if (/^(?:[\da-f]{32}|[\da-f]{40}|[\da-f]{64})$/iu.test(entry)) return "is a hash, which cannot be listed";
  const first = /^(\S+?)[\s,;]/u.exec(entry)?.[1] ?? "";
  if (toAddress(first.replace(/\/\d+$/u, "")))
    return "has more than an address: one entry a line, notes after #";
  return null;
}
