import { UserError } from "../errors.ts";
import type { Indicator } from "../model.ts";
import { toAddress, toCanonical, toHost, type Address } from "./address.ts";
import { indexLines, type LineIndex } from "./line-index.ts";
import type { ListLine } from "./list-line.ts";
import { toWhitelistEntry } from "./whitelist-entry.ts";

/** What is blocked. */
export interface Blacklist {
  /** The addresses in canonical form, in the order of the file, each once. */
  readonly addresses: readonly string[];
  /** How many. */
  readonly count: number;
  /** Some of them, from one place up to another: to make them all takes some 100 ms for 100,000. */
  slice(from: number, to: number): readonly string[];
  /** The line of an address, or of the address that a URL leads to. */
  match(indicator: Indicator): ListLine | null;
  /** Whether an address, in whatever spelling, is on it. */
  has(ip: string): boolean;
  /** A sentence for each line that is no single address; such lines stay in the file. */
  readonly problems: readonly string[];
}

/** Reads a blacklist; see `blacklist.txt` for its form. */
export function parseBlacklist(text: string): Blacklist {
  const index = indexOf(text);
  const { count } = index;
  let addresses: readonly string[] | null = null;
  const slice = (from: number, to: number) => canonicalOf(index, index.addressed(from, to));
  return {
    count,
    slice,
    get addresses() {
      addresses ??= slice(0, count);
      return addresses;
    },
    get problems() {
      return index.others().map((line) => wordProblem(index.read(line)));
    },
    has(ip) {
      const address = toAddress(ip);
      return address !== null && index.find(address) !== 0;
    },
    match(indicator) {
      const { address } = toHost(indicator);
      const line = address === null ? 0 : index.find(address);
      return line === 0 ? null : index.read(line);
    },
  };
}

let held: LineIndex | null = null;

/** The same list is asked about again and again, by who looks at it and who changes it. */
function indexOf(text: string): LineIndex {
  if (held === null || held.text !== text) held = held?.extend(text) ?? indexLines(text);
  return held;
}

function canonicalOf(index: LineIndex, lines: readonly number[]): readonly string[] {
  return lines.map((line) => toCanonical(index.addressOf(line)));
}

/** The export hands networks on, since firewalls know them. */
function wordProblem({ line, entry }: ListLine): string {
  const isNetwork = entry.includes("/") && toWhitelistEntry(entry).kind === "network";
  return isNetwork
    ? `line ${line}: "${entry}" is a network: the export for firewalls has it, all else here counts single addresses only`
    : `line ${line}: "${entry}" is no address`;
}

/**
 * Appends addresses in canonical form, without those that stand there already in any spelling. All else stays:
 * comments, order, line ends; a last line without an end gets one first.
 * @throws UserError when one of `ips` is no address.
 */
export function addToBlacklist(
  text: string,
  ips: readonly string[],
): { text: string; added: readonly string[] } {
  const index = indexOf(text);
  const added = [...new Map(ips.map(toOneAddress).map((address) => [toCanonical(address), address]))]
    .filter(([, address]) => index.find(address) === 0)
    .map(([ip]) => ip);
  if (added.length === 0) return { text, added };
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const repair = /(?:^\uFEFF?|[\r\n])$/u.test(text) ? "" : lineEnd;
  return { text: `${text}${repair}${added.map((ip) => ip + lineEnd).join("")}`, added };
}

/**
 * Takes out the lines of these addresses, in whatever spelling; all other lines stay byte for byte. With `keep`, a
 * comment on such a line stays as a line of its own.
 * @throws UserError when one of `ips` is no address.
 */
export function removeFromBlacklist(
  text: string,
  ips: readonly string[],
  comments: "keep" | "drop" = "drop",
): { text: string; removed: readonly string[] } {
  const index = indexOf(text);
  const first = [...new Set(ips.map((ip) => index.find(toOneAddress(ip))))].filter((line) => line !== 0);
  const unwanted = first.flatMap((line) => index.all(line)).toSorted((one, other) => one - other);
  const kept: string[] = [];
  let at = 0;
  for (const line of unwanted) {
    kept.push(text.slice(at, index.startOf(line)));
    at = index.startOf(line + 1);
    const hash = text.slice(index.startOf(line), at).indexOf("#");
    if (comments === "keep" && hash !== -1) kept.push(text.slice(index.startOf(line) + hash, at));
  }
  kept.push(text.slice(at));
  return {
    text: kept.join(""),
    removed: canonicalOf(
      index,
      first.toSorted((one, other) => one - other),
    ),
  };
}

function toOneAddress(ip: string): Address {
  const address = toAddress(ip);
  if (address === null)
    throw new UserError(`"${ip}" is no IP address: only single addresses can be blocked.`);
  return address;
}
