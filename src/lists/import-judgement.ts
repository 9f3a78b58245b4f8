import { toV4Reason, toV6Reason } from "../intake/special-addresses.ts";
import type { Facts } from "../model.ts";
import { toAddress, toCanonical, type Address } from "./address.ts";
import type { Guard } from "./guard.ts";
import type { ImportEntry } from "./import-table.ts";
import type { ListLine } from "./list-line.ts";
import { toOwnNetwork } from "./own-networks.ts";
import type { ListsNow } from "./proposal-content.ts";
import { isWiderThanOne } from "./single-address.ts";

/** Why an entry is not taken. */
export type Refusal =
  | { readonly cause: "no-address"; readonly isGlued: boolean }
  /** A network or a range. */
  | { readonly cause: "wider-than-one" }
  /** `reason` such as `private address`. */
  | { readonly cause: "reserved"; readonly reason: string }
  /** The same address stands in `firstLine`. */
  | { readonly cause: "repeated"; readonly firstLine: number }
  | { readonly cause: "whitelisted"; readonly by: ListLine }
  | { readonly cause: "guarded"; readonly by: Guard }
  /** The lists were changed between the look at them and the change. */
  | { readonly cause: "overtaken" };

/** What becomes of an entry; `ip` in canonical form, where it is one address. */
export type ImportOutcome = ImportEntry &
  (
    | { readonly outcome: "taken"; readonly ip: string }
    | { readonly outcome: "listed"; readonly ip: string }
    | { readonly outcome: "refused"; readonly ip: string | null; readonly refusal: Refusal }
  );

/** An entry that is one address which may be sent and asked about, or why it is none. */
export type Sifted =
  | (ImportEntry & { readonly ip: string; readonly refusal: null })
  | (ImportEntry & { readonly ip: string | null; readonly refusal: Refusal });

/** Sorts out what could not be blocked whatever the lists say. */
export function siftImport(entries: readonly ImportEntry[]): readonly Sifted[] {
  const lines = new Map<string, number>();
  return entries.map(({ line, entry }) => {
    const address = toOneAddress(entry);
    if (address === null) {
      const refusal: Refusal = isWider(entry)
        ? { cause: "wider-than-one" }
        : { cause: "no-address", isGlued: /^\d{1,3}(?:\.\d{1,3}){4,}$/u.test(entry) };
      return { line, entry, ip: null, refusal };
    }
    const ip = toCanonical(address);
    const reason = toReservedReason(address);
    if (reason !== null) return { line, entry, ip, refusal: { cause: "reserved", reason } };
    const firstLine = lines.get(ip);
    if (firstLine !== undefined) return { line, entry, ip, refusal: { cause: "repeated", firstLine } };
    lines.set(ip, line);
    return { line, entry, ip, refusal: null };
  });
}

/** Decides by the lists as they are, in the order in which they count elsewhere: whitelist, blacklist, guards. */
export function judgeImport(
  sifted: readonly Sifted[],
  lists: ListsNow,
  factsOf: (ip: string) => Facts | null,
): readonly ImportOutcome[] {
  return sifted.map((entry) => {
    const { line, entry: text, ip, refusal } = entry;
    const common = { line, entry: text };
    if (refusal !== null) return { ...common, ip, outcome: "refused", refusal };
    const found = toRefusal(ip, lists, factsOf(ip));
    if (found === "listed") return { ...common, ip, outcome: "listed" };
    return found === null
      ? { ...common, ip, outcome: "taken" }
      : { ...common, ip, outcome: "refused", refusal: found };
  });
}

/** Why an address may not be put on the list; null: it may. */
export function toRefusal(
  ip: string,
  { whitelist, blacklist, guards }: ListsNow,
  facts: Facts | null,
): Refusal | "listed" | null {
  const indicator = { kind: "ip", value: ip } as const;
  const by = whitelist.match(indicator, facts);
  if (by !== null) return { cause: "whitelisted", by };
  if (blacklist.match(indicator) !== null) return "listed";
  const guard = guards.match(indicator);
  return guard === null ? null : { cause: "guarded", by: guard };
}

/** `45.10.0.1/32` is one address too. */
function toOneAddress(entry: string): Address | null {
  const address = toAddress(entry);
  if (address !== null || !entry.includes("/")) return address;
  const network = toOwnNetwork(entry);
  return network !== null && network.prefix === network.address.length * 8 ? network.address : null;
}

function isWider(entry: string): boolean {
  return /[-\u2013/]/u.test(entry) && isWiderThanOne(entry);
}

function toReservedReason(address: Address): string | null {
  if (address.length === 4) return toV4Reason(address);
  const groups = Array.from(
    { length: 8 },
    (_, at) => (address[at * 2] ?? 0) * 256 + (address[at * 2 + 1] ?? 0),
  );
  return toV6Reason(groups);
}
