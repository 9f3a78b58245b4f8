import ipaddr from "ipaddr.js";

type Block = readonly [network: string, prefix: number, reason: string];

/** What the registry of IANA sets aside (https://www.iana.org/assignments/iana-ipv4-special-registry); first match wins. */
const V4_BLOCKS: readonly Block[] = [
  ["0.0.0.0", 32, "unspecified address"],
  ["0.0.0.0", 8, "reserved address"],
  ["10.0.0.0", 8, "private address"],
  ["100.64.0.0", 10, "carrier-grade NAT address"],
  ["127.0.0.0", 8, "loopback address"],
  ["169.254.0.0", 16, "link-local address"],
  ["172.16.0.0", 12, "private address"],
  ["192.0.0.0", 24, "reserved address"],
  ["192.0.2.0", 24, "documentation address"],
  ["192.88.99.0", 24, "reserved address"],
  ["192.168.0.0", 16, "private address"],
  ["198.18.0.0", 15, "benchmarking address"],
  ["198.51.100.0", 24, "documentation address"],
  ["203.0.113.0", 24, "documentation address"],
  ["224.0.0.0", 4, "multicast address"],
  ["255.255.255.255", 32, "broadcast address"],
  ["240.0.0.0", 4, "reserved address"],
];

const V4_RANGES = V4_BLOCKS.map(([network, prefix, reason]) => {
  const first = toNumber(network.split(".").map(Number));
  return { first, last: first + 2 ** (32 - prefix) - 1, reason };
});

/** The names that ipaddr.js gives to ranges, in our words. What is missing there and in 2000::/3 may be sent. */
const V6_REASONS: Readonly<Record<string, string>> = {
  unspecified: "unspecified address",
  loopback: "loopback address",
  linkLocal: "link-local address",
  deprecatedSiteLocal: "private address",
  uniqueLocal: "unique local address",
  multicast: "multicast address",
  benchmarking: "benchmarking address",
  discard: "discard address",
  teredo: "tunnel address",
  orchid2: "reserved address",
  amt: "reserved address",
  as112v6: "reserved address",
  droneRemoteIdProtocolEntityTags: "reserved address",
  reserved: "reserved address",
  ipv4Mapped: "IPv4-mapped address",
  rfc6145: "translated IPv4 address",
  rfc6052: "translated IPv4 address",
};

/** Why an IPv4 address, given as its four octets, is never sent; null when it may be. */
export function toV4Reason(octets: readonly number[]): string | null {
  const address = toNumber(octets);
  for (const { first, last, reason } of V4_RANGES) {
    if (address >= first && address <= last) return reason;
  }
  return null;
}

/** Why an IPv6 address, given as its eight groups, is never sent; null when it may be. */
export function toV6Reason(groups: readonly number[]): string | null {
  const [first = 0, second = 0] = groups;
  if (isOrdinary(first)) return null;
  const range = new ipaddr.IPv6([...groups]).range();
  const inside = range === "6to4" ? groups.slice(1, 3) : isTranslated(range) ? groups.slice(6) : null;
  const reason = inside === null ? null : toV4Reason(inside.flatMap((group) => [group >> 8, group & 255]));
  if (reason !== null) return `${reason} within IPv6`;
  if (first === 0x2001 && second === 0xdb8) return "documentation address";
  if (first === 0x3fff && second < 0x1000) return "documentation address";
  return V6_REASONS[range] ?? (isGlobal(first) ? null : "reserved address");
}

function isGlobal(first: number): boolean {
  return first >= 0x2000 && first <= 0x3fff;
}

/** Where nothing is set aside; ipaddr.js compares with every range, which takes a while. */
function isOrdinary(first: number): boolean {
  return isGlobal(first) && first !== 0x2001 && first !== 0x2002 && first !== 0x2620 && first !== 0x3fff;
}

function isTranslated(range: string): boolean {
  return range === "ipv4Mapped" || range === "rfc6052" || range === "rfc6145";
}

function toNumber(octets: readonly number[]): number {
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}
