import type { Indicator } from "../model.ts";
import { toHost } from "./address.ts";
import type { Guard } from "./guard.ts";
import { createNetworkRanges, packNetworks, type NetworkRanges } from "./network-ranges.ts";
import { toOwnNetwork } from "./own-networks.ts";
import { SHARED_INFRASTRUCTURE } from "./shared-infrastructure.ts";
import { toNetwork } from "./warning-list.ts";
import { createWarningLists } from "./warning-lists.ts";

/** What keeps addresses from being proposed, as it is at one moment. */
export interface Guards {
  /** What guards an address, or the one that a URL leads to: an own network before a list, the smallest network first. */
  match(indicator: Indicator): Guard | null;
  /** Sentences about warning lists that cannot be read. */
  readonly problems: readonly string[];
}

/** The settings that guards are made of. */
export interface GuardSettings {
  /** As OWN_NETWORKS has them; what is no network guards nothing. */
  readonly ownNetworks: readonly string[];
  /** A folder of warning lists, read again when it changes; null: only those built in. */
  readonly warningListsDir: string | null;
}

const BUILT_IN = SHARED_INFRASTRUCTURE.map(({ name, networks }) => ({
  name,
  networks: pack(networks, toNetwork),
}));

/** Own networks, the lists built in, and those of a folder. Each call gives them as they are then. */
export function createGuards({ ownNetworks, warningListsDir }: GuardSettings): () => Guards {
  const own = createNetworkRanges(ownNetworks.map((network) => pack([network], toOwnNetwork)));
  const read = warningListsDir === null ? () => NO_LISTS : createWarningLists(warningListsDir);
  let held: { readonly from: ReturnType<typeof read>; readonly guards: Guards } | null = null;

  return () => {
    const from = read();
    if (held?.from === from) return held.guards;
    const lists = [...BUILT_IN, ...from.lists];
    // Laid out at the first question: most commands ask none.
    let shared: NetworkRanges | null = null;
    const guards: Guards = {
      problems: from.problems,
      match(indicator) {
        const { address } = toHost(indicator);
        if (address === null) return null;
        const network = own.find(address);
        if (network !== null) return { kind: "own", network: ownNetworks[network] ?? "" };
        shared ??= createNetworkRanges(lists.map(({ networks }) => networks));
        const list = shared.find(address);
        return list === null ? null : { kind: "shared", list: lists[list]?.name ?? "" };
      },
    };
    held = { from, guards };
    return guards;
  };
}

const NO_LISTS = { lists: [], problems: [] } as const;

function pack(texts: readonly string[], read: typeof toNetwork) {
  return packNetworks(texts.map(read).filter((network) => network !== null));
}
