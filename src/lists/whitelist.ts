import type { Facts, Indicator } from "../model.ts";
import { toHost } from "./address.ts";
import { toListLines, type ListLine } from "./list-line.ts";
import { createNetworkIndex } from "./network.ts";
import { toOwnerKey, toWhitelistEntry } from "./whitelist-entry.ts";

/** What must never be blocked. */
export interface Whitelist {
  /**
   * The entry that covers an indicator: an address or the smallest network around it, a domain or the nearest
   * above it (also as a URL's host), then the AS number and the owner's whole name in VirusTotal's facts.
   */
  match(indicator: Indicator, facts: Facts | null): ListLine | null;
  /** A sentence for each line that covers nothing, or not what it says. */
  readonly problems: readonly string[];
  /** Whether not one line has an entry. */
  readonly isEmpty: boolean;
}

/** Reads a whitelist; see `whitelist.txt` for its form. Of two entries that mean the same, the first counts. */
export function parseWhitelist(text: string): Whitelist {
  const networks = createNetworkIndex<ListLine>();
  const names = new Map<string, ListLine>();
  const asns = new Map<number, ListLine>();
  const owners = new Map<string, ListLine>();
  const problems: string[] = [];

  function add(listed: ListLine): void {
    const entry = toWhitelistEntry(listed.entry);
    switch (entry.kind) {
      case "network":
        networks.add(entry.address, entry.prefix, listed);
        if (entry.note !== undefined) problems.push(toSentence(listed, entry.note));
        return;
      case "asn":
        addFirst(asns, entry.asn, listed);
        return;
      case "domain":
        addFirst(names, entry.name, listed);
        addFirst(owners, entry.owner, listed);
        return;
      case "owner":
        addFirst(owners, entry.owner, listed);
        return;
      case "problem":
        problems.push(toSentence(listed, entry.because));
    }
  }

  const lines = toListLines(text);
  for (const line of lines) add(line);
  return {
    problems,
    isEmpty: lines.length === 0,
    match(indicator, facts) {
      const { address, name } = toHost(indicator);
      const byHost = (address && networks.find(address)) ?? (name === null ? null : findName(names, name));
      if (byHost || !facts) return byHost;
      const byAsn = facts.asn === null ? undefined : asns.get(facts.asn);
      return byAsn ?? (facts.owner === null ? null : (owners.get(toOwnerKey(facts.owner)) ?? null));
    },
  };
}

function addFirst<Key>(entries: Map<Key, ListLine>, key: Key, listed: ListLine): void {
  if (!entries.has(key)) entries.set(key, listed);
}

function findName(names: ReadonlyMap<string, ListLine>, name: string): ListLine | null {
  const labels = name.split(".");
  for (let at = 0; at < labels.length; at += 1) {
    const listed = names.get(labels.slice(at).join("."));
    if (listed) return listed;
  }
  return null;
}

const MOST_SHOWN = 300;

function toSentence({ entry, line }: ListLine, because: string): string {
  const shown = entry.length > MOST_SHOWN ? `${entry.slice(0, MOST_SHOWN)}…` : entry;
  return `line ${line}: "${shown}" ${because}`;
}
