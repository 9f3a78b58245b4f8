import type { ProposalContent, ProtectedAddress, SparedAddress } from "../block-model.ts";
import type { Guard } from "../lists/guard.ts";
import type { CardBlock, Text } from "./card-parts.ts";
import { short } from "./row.ts";

/** Addresses that a card shows one by one. */
export const MOST_SHOWN = 15;

/** Of a list's or a network's name. */
const NAME_LENGTH = 60;

/** What stays out of the list, and why. */
export function leftOut({
  listed,
  protectedOnes,
  spared,
}: Pick<ProposalContent, "listed" | "protectedOnes" | "spared">): CardBlock[] {
  const own = spared.filter(({ by }) => by.kind === "own");
  const shared = spared.filter(({ by }) => by.kind === "shared");
  const lines: Text[] = [
    ...line(listed, "⚫", "already listed", codes),
    ...line(protectedOnes, "🛡️", "protected", guarded),
    ...line(own, "🏠", "left out as own network", named),
    ...line(shared, "☁️", "left out as shared infrastructure", named),
  ];
  return lines.map((text) => ({ kind: "text", text }));
}

/** Addresses in code, as many as are shown. */
export function codes(ips: readonly string[]): Text {
  return shown(ips, (ip) => [{ code: ip }]);
}

/** Why an address is never proposed: `shared infrastructure (CDN edges: Fastly)`. */
export function wordGuard(guard: Guard): string {
  switch (guard.kind) {
    case "own":
      return `own network (${short(guard.network, NAME_LENGTH)} of OWN_NETWORKS)`;
    case "shared":
      return `shared infrastructure (${short(guard.list, NAME_LENGTH)})`;
  }
}

function line<Item>(
  items: readonly Item[],
  sign: string,
  words: string,
  toText: (items: readonly Item[]) => Text,
): readonly Text[] {
  return items.length === 0 ? [] : [[`${sign} ${items.length} ${words}: `, ...toText(items)]];
}

function guarded(protectedOnes: readonly ProtectedAddress[]): Text {
  return shown(protectedOnes, ({ ip, by }) => [
    { code: ip },
    ` by ${short(by.entry, NAME_LENGTH)} (whitelist line ${by.line})`,
  ]);
}

function named(spared: readonly SparedAddress[]): Text {
  return shown(spared, ({ ip, by }) => [
    { code: ip },
    ` (${short(by.kind === "own" ? by.network : by.list, NAME_LENGTH)})`,
  ]);
}

function shown<Item>(items: readonly Item[], toText: (item: Item) => Text): Text {
  const text = items
    .slice(0, MOST_SHOWN)
    .flatMap((item, at) => [...(at === 0 ? [] : [", "]), ...toText(item)]);
  const left = items.length - MOST_SHOWN;
  return left > 0 ? [...text, ` and ${left.toLocaleString("en-US")} more`] : text;
}
