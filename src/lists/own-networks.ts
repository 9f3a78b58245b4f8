import type { Network } from "./network-ranges.ts";
import { toWhitelistEntry } from "./whitelist-entry.ts";

/** A network or a single address, as OWN_NETWORKS may name it; null for anything else, and for what covers every address. */
export function toOwnNetwork(text: string): Network | null {
  const entry = toWhitelistEntry(text);
  return entry.kind === "network" ? entry : null;
}
