import { toAddress } from "../lists/address.ts";
import { listLines } from "../lists/list-line.ts";
import { toWhitelistEntry } from "../lists/whitelist-entry.ts";
import { AT_ONCE, type Pieces } from "../pieces.ts";
import { toAddressBlock, type AddressBlock } from "./address-block.ts";

/** A line with a network on it. */
export interface NetworkLine {
  readonly line: number;
  /** As it is written. */
  readonly entry: string;
  readonly block: AddressBlock;
}

/** What a blacklist blocks, in the order of the file. */
export interface ListedBlocks {
  readonly blocks: readonly AddressBlock[];
  readonly networks: readonly NetworkLine[];
}

/**
 * Reads a blacklist as firewalls do: a line may be an address, in any spelling, or a network such as 192.0.2.0/24.
 * Other lines mean nothing.
 */
export function* toListedBlocks(text: string): Pieces<ListedBlocks> {
  const blocks: AddressBlock[] = [];
  const networks: NetworkLine[] = [];
  let read = 0;
  for (const { entry, line } of listLines(text)) {
    read += 1;
    if (read % AT_ONCE === 0) yield;
    const address = toAddress(entry);
    const block = address === null ? toNetworkBlock(entry) : toAddressBlock(address, address.length * 8);
    if (block === null) continue;
    blocks.push(block);
    if (address === null) networks.push({ line, entry, block });
  }
  return { blocks, networks };
}

/** A network is what it is on the whitelist: one of every address is none. */
function toNetworkBlock(entry: string): AddressBlock | null {
  if (!entry.includes("/")) return null;
  const network = toWhitelistEntry(entry);
  return network.kind === "network" ? toAddressBlock(network.address, network.prefix) : null;
}
