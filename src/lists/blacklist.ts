import { UserError } from "../errors.ts";
import type { Indicator } from "../model.ts";
import { toAddress, toCanonical, toHost } from "./address.ts";
import { toEntry, toListLines, type ListLine } from "./list-line.ts";
import { toWhitelistEntry } from "./whitelist-entry.ts";

/** What is blocked. */
export interface Blacklist {
  /** The addresses in canonical form, in the order of the file, each once. */
  readonly addresses: readonly string[];
  /** The line of an address, or of the address that a URL leads to. */
  match(indicator: Indicator): ListLine | null;
  /** A sentence for each line that is no single address; such lines stay in the file. */
  readonly problems: readonly string[];
}

/** Reads a blacklist; see `blacklist.txt` for its form. */
export function parseBlacklist(text: string): Blacklist {
  const lines = new Map<string, ListLine>();
  const problems: string[] = [];
  for (const listed of toListLines(text)) {
    const address = toAddress(listed.entry);
    if (!address) problems.push(wordProblem(listed));
    else if (!lines.has(toCanonical(address))) lines.set(toCanonical(address), listed);
  }
  return {
    addresses: [...lines.keys()],
    problems,
    match(indicator) {
      const { address } = toHost(indicator);
      return address ? (lines.get(toCanonical(address)) ?? null) : null;
    },
  };
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
  const listed = new Set(parseBlacklist(text).addresses);
  const added = [...new Set(ips.map(toCanonicalIp))].filter((ip) => !listed.has(ip));
  if (added.length === 0) return { text, added };
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const repair = text === "" || text === "\uFEFF" || text.endsWith("\n") ? "" : lineEnd;
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
  const unwanted = new Set(ips.map(toCanonicalIp));
  const removed = new Set<string>();
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const kept = text
    .slice(mark.length)
    .split(/(?<=\n)/u)
    .map((line) => {
      const address = toAddress(toEntry(line));
      const ip = address ? toCanonical(address) : "";
      if (!unwanted.has(ip)) return line;
      removed.add(ip);
      return comments === "keep" && line.includes("#") ? line.slice(line.indexOf("#")) : "";
    });
  return { text: mark + kept.join(""), removed: [...removed] };
}

function toCanonicalIp(ip: string): string {
  const address = toAddress(ip);
  if (!address) throw new UserError(`"${ip}" is no IP address: only single addresses can be blocked.`);
  return toCanonical(address);
}
