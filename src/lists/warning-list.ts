import { z } from "zod";

import { UserError } from "../errors.ts";
import { toAddress, type Address } from "./address.ts";
import { countNetworks, packNetworks, type Network, type PackedNetworks } from "./network-ranges.ts";

/** The addresses of one MISP warning list (github.com/MISP/misp-warninglists, `schema.json`). */
export interface WarningList {
  readonly name: string;
  readonly networks: PackedNetworks;
  readonly count: number;
  /** What of it means nothing, as the end of a sentence; null: nothing. */
  readonly problem: string | null;
}

const Document = z.object({
  name: z.string().trim().min(1).catch("unnamed list"),
  type: z.enum(["cidr", "string", "hostname", "substring", "regex"]),
  list: z.array(z.unknown()),
  matching_attributes: z.array(z.string()).optional(),
});

/** The attributes whose values are addresses, or hold one. */
const ADDRESS_ATTRIBUTE = /^(?:ip-(?:src|dst)(?:\|port)?|domain\|ip)$/u;

const NAME_LENGTH = 100;
const DOT = ".".charCodeAt(0) - 48;

/**
 * Reads a list. Only addresses count, since nothing else is ever blocked: a list of names or of other things is empty.
 * @throws UserError with the reason when it is no warning list.
 */
export function parseWarningList(text: string): WarningList {
  const { name, type, list, matching_attributes: attributes } = Document.parse(toJson(text));
  const isOfAddresses =
    (type === "cidr" || type === "string") &&
    (attributes?.some((attribute) => ADDRESS_ATTRIBUTE.test(attribute)) ?? true);
  const entries = isOfAddresses ? list : [];
  const networks: Network[] = [];
  const strange: string[] = [];
  for (const entry of entries) {
    const network = typeof entry === "string" ? toNetwork(entry) : null;
    if (network !== null) networks.push(network);
    // A list of strings may hold names and addresses side by side.
    else if (type === "cidr") strange.push(String(entry));
  }
  const packed = packNetworks(networks);
  return {
    name: toShown(name),
    networks: packed,
    count: countNetworks(packed),
    problem: strange.length === 0 ? null : toProblem(strange),
  };
}

/** An address or a network, as these lists write them; null for anything else, and for what covers every address. */
export function toNetwork(text: string): Network | null {
  const slash = text.indexOf("/");
  const written = slash === -1 ? text : text.slice(0, slash);
  // Most of a hundred thousand entries are plain IPv4, which takes a tenth of the time so.
  const address = toPlainV4(written) ?? toAddress(written);
  if (address === null) return null;
  const bits = address.length * 8;
  if (slash === -1) return { address, prefix: bits };
  const length = text.slice(slash + 1);
  const prefix = /^\d{1,3}$/u.test(length) ? Number(length) : 0;
  return prefix >= 1 && prefix <= bits ? { address, prefix } : null;
}

/** Some names hold the address of their source. */
function toShown(name: string): string {
  const plain = name
    .replaceAll(/\s*\(https?:[^)]*\)/gu, "")
    .replaceAll(/\s+/gu, " ")
    .trim();
  return (plain === "" ? name : plain).slice(0, NAME_LENGTH);
}

function toPlainV4(text: string): Address | null {
  const octets: number[] = [];
  let octet = -1;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit === DOT) {
      octets.push(octet);
      octet = -1;
    } else if (digit < 0 || digit > 9 || octet === 0 || octet > 25) return null;
    else octet = octet === -1 ? digit : octet * 10 + digit;
  }
  octets.push(octet);
  return octets.length === 4 && octets.every((value) => value >= 0 && value <= 255) ? octets : null;
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/u, ""));
  } catch (error) {
    throw new UserError("it is no JSON", { cause: error });
  }
}

function toProblem([first = "", ...more]: readonly string[]): string {
  const others = more.length === 0 ? "" : `, and so are ${more.length} more entries`;
  return `"${first.slice(0, 60)}" is no address or network${others}`;
}
