import { parse } from "tldts";

const OPTIONS = {
  allowPrivateDomains: false,
  detectIp: false,
  extractHostname: false,
  mixedInputs: false,
  validateHostname: false,
} as const;

/** Endings that name servers of the Internet do not answer for; the last two are for addresses written backwards. */
const INTERNAL = new Map<string, string>([
  ...["local", "localdomain", "internal", "intranet", "corp", "lan", "home", "private"].map(
    (ending) => [ending, "internal name"] as const,
  ),
  ...["test", "example", "invalid"].map((ending) => [ending, "reserved name"] as const),
  ["localhost", "this machine"],
  ["onion", "Tor name"],
]);
const INTERNAL_ARPA = new Map<string, string>([
  ["home.arpa", "internal name"],
  ["in-addr.arpa", "reverse name of an address"],
  ["ip6.arpa", "reverse name of an address"],
]);

/** Why a name in lower case is never sent whatever its first labels are, as `.lan` and `.onion`; null for others. */
export function toInternalReason(name: string): string | null {
  const end = name.slice(name.lastIndexOf(".") + 1);
  if (end !== "arpa") return INTERNAL.get(end) ?? null;
  const lastTwo = name.split(".").slice(-2).join(".");
  return INTERNAL_ARPA.get(lastTwo) ?? "internal name";
}

/** Known top-level domains met so far; asking tldts costs ten times as much. */
const known = new Map<string, boolean>();

/** Whether the label, in lower case and punycode, is a top-level domain of the public suffix list. */
export function isTopLevelDomain(label: string): boolean {
  const before = known.get(label);
  if (before !== undefined) return before;
  const answer = parse(`x.${label}`, OPTIONS).isIcann === true;
  if (known.size > 5000) known.clear();
  known.set(label, answer);
  return answer;
}

/**
 * The name that was registered, `example.co.uk` of `www.example.co.uk`; null when the name is a public suffix
 * itself. Only endings that registries run count: `github.io` is a name like any other.
 */
export function toRegisteredName(name: string): string | null {
  return parse(name, OPTIONS).domain;
}
