import { domainToASCII } from "node:url";

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

/** Endings met so far; asking tldts costs ten times as much. */
const known = new Map<string, "public" | "internal" | "none">();

/** Whether the label is a top-level domain of the public suffix list; lower case, in punycode or not. */
export function isTopLevelDomain(label: string): boolean {
  return toUse(label) !== "none";
}

/** Whether names of the public Internet end so: a top-level domain that is not set aside, as `.onion` and `.arpa` are. */
export function isPublicEnding(label: string): boolean {
  return toUse(label) === "public";
}

function toUse(label: string): "public" | "internal" | "none" {
  const before = known.get(label);
  if (before !== undefined) return before;
  const ascii = domainToASCII(label);
  const isKnown = ascii !== "" && parse(`x.${ascii}`, OPTIONS).isIcann === true;
  const use = !isKnown ? "none" : toInternalReason(ascii) === null ? "public" : "internal";
  if (known.size > 5000) known.clear();
  known.set(label, use);
  return use;
}

/**
 * The name that was registered, `example.co.uk` of `www.example.co.uk`; null when the name is a public suffix
 * itself. Only endings that registries run count: `github.io` is a name like any other.
 */
export function toRegisteredName(name: string): string | null {
  return parse(name, OPTIONS).domain;
}
