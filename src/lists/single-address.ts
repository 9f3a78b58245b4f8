import { toAddress } from "./address.ts";
import { toOwnNetwork } from "./own-networks.ts";

/** Whether what was written stands for more than one address: a network, or a range such as `192.0.2.1-192.0.2.9`. */
export function isWiderThanOne(text: string): boolean {
  const plain = text.trim();
  const network = toOwnNetwork(plain);
  if (network !== null) return network.prefix < network.address.length * 8;
  // A network of everything is none that could be owned.
  if (/^[^\s/]+\/0+$/u.test(plain)) return toAddress(plain.slice(0, plain.indexOf("/"))) !== null;
  const [first = "", last = ""] = plain.split(/\s*[-\u2013]\s*/u, 2);
  return toAddress(first) !== null && last !== "" && (toAddress(last) !== null || /^\d{1,3}$/u.test(last));
}
