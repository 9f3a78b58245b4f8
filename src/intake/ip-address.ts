import { isIPv6 } from "node:net";

import { accept, reject, type Judgement } from "./judgement.ts";
import { toV4Reason, toV6Reason } from "./special-addresses.ts";

/** Object identifiers begin with these arcs: SNMP and X.509, countries, directory attributes. */
const OBJECT_IDENTIFIER = /^(?:1\.3\.6\.1|1\.0|1\.2\.\d{3}|2\.5|2\.16|2\.23|0\.\d)\./;

/**
 * Judges text of digits and dots alone. Null for what nobody would take for an address:
 * up to three numbers, object identifiers, builds such as 10.0.19041.1234, dates.
 */
export function judgeNumbers(text: string, isDefanged: boolean): Judgement | null {
  const octets = toOctets(text);
  if (octets !== null) return accept("ip", text, toV4Reason(octets));
  const labels = text.split(".");
  if (labels.includes("")) return labels.length < 4 ? null : reject("an empty octet");
  if (labels.length < 4)
    return isDefanged ? reject(`${labels.length} numbers, an IPv4 address has four`) : null;
  if (labels.length > 4) {
    if (OBJECT_IDENTIFIER.test(text) && !isDefanged) return null;
    return reject(`${labels.length} numbers, an IPv4 address has four`);
  }
  if (!isDefanged && isBuildOrDate(labels)) return null;
  return reject(labels.some((label) => Number(label) > 255) ? "octet over 255" : "octet with a leading zero");
}

function isBuildOrDate(labels: readonly string[]): boolean {
  const [first = "", second = "", third = ""] = labels;
  return second.length > 3 || third.length > 3 || /^(?:19|20)\d\d$/.test(first);
}

/** The four octets of a dotted address without leading zeros; null for anything else. */
export function toOctets(text: string): readonly number[] | null {
  if (text.length > 15 || text.length < 7) return null;
  const octets: number[] = [];
  let octet = -1;
  for (let at = 0; at <= text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x2e || at === text.length) {
      if (octet < 0) return null;
      octets.push(octet);
      octet = -1;
    } else {
      const digit = code - 0x30;
      if (digit < 0 || digit > 9 || octet === 0) return null;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return null;
    }
  }
  return octets.length === 4 ? octets : null;
}

/**
 * Judges text of hex digits, colons and perhaps a dotted end. Null when it is no IPv6 address, or one that
 * code and times are full of (`a::b`, `32::`, `::`); `isMarked` when brackets or defanging leave no doubt.
 */
export function judgeV6(text: string, isMarked: boolean): Judgement | null {
  // `a::b` and `32::` are short, and far more frequent than addresses; the check is not cheap.
  if (!isMarked && text.length < 6 && text !== "::1") return null;
  if (!isIPv6(text)) return null;
  const lower = text.toLowerCase();
  const groups = lower.split(":").filter((group) => group !== "");
  if (groups.length === 8 && groups.every((group) => group.length === 2)) return null;
  const mapped = lower.match(/^(?:0{0,4}:){0,5}:?(?:ffff:)(\d+\.\d+\.\d+\.\d+)$/)?.[1];
  if (mapped !== undefined) return judgeNumbers(mapped, true);
  if (!isMarked && !isPlausible(lower, groups)) return null;
  const numbers = toGroups(lower);
  return accept("ip", toRfc5952(numbers), toV6Reason(numbers));
}

function isPlausible(lower: string, groups: readonly string[]): boolean {
  if (lower === "::1" || lower.includes(".")) return true;
  if (groups.length >= 5) return true;
  const [first = ""] = groups;
  if (lower.startsWith("::")) return groups.length >= 3;
  return first.length >= 3 && groups.length >= 2
    ? /\d|^f[cd]..$/.test(first)
    : first.length === 4 && /\d/.test(first);
}

/** The eight groups of an address that `net.isIPv6` took; a dotted end makes two of them. */
function toGroups(address: string): readonly number[] {
  const dot = address.indexOf(".");
  const colon = address.lastIndexOf(":", dot < 0 ? address.length : dot);
  const octets =
    dot < 0
      ? []
      : address
          .slice(colon + 1)
          .split(".")
          .map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = octets;
  const end = dot < 0 ? [] : [a * 256 + b, c * 256 + d];
  const hex = dot < 0 ? address : address.slice(0, address[colon - 1] === ":" ? colon + 1 : colon);
  const [head = "", tail] = hex.split("::", 2);
  const before = toNumbers(head);
  const after = [...toNumbers(tail ?? ""), ...end];
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => 0);
  return [...before, ...zeros, ...after];
}

function toNumbers(groups: string): number[] {
  return groups === "" ? [] : groups.split(":").map((group) => Number.parseInt(group, 16));
}

/** Lower-case, no leading zeros, the first of the longest runs of zeros shortened. */
function toRfc5952(groups: readonly number[]): string {
  let best = { at: 0, length: 1 };
  for (let at = 0; at < 8; at += 1) {
    let length = 0;
    while (groups[at + length] === 0) length += 1;
    if (length > best.length) best = { at, length };
  }
  const text = groups.map((group) => group.toString(16));
  if (best.length < 2) return text.join(":");
  return `${text.slice(0, best.at).join(":")}::${text.slice(best.at + best.length).join(":")}`;
}

/** Says how many addresses a block holds: `prefix` bits of `bits` are fixed. */
export function judgeBlock(prefix: number, bits: 32 | 128): Judgement {
  const free = bits - prefix;
  return reject(`range of ${free > 32 ? `2^${free}` : (2 ** free).toLocaleString("en-US")} addresses`);
}
