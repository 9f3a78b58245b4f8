import { toComment } from "./comment.ts";
import { isV6, type Feed, type FeedEntry } from "./feed.ts";

const GROUP = "vtip-blocked";

/**
 * Lines of a configuration that define the object group `vtip-blocked` anew. While an access list uses it, ASA takes
 * it away only with `forward-reference enable`; without that, addresses are added and none is taken out.
 * https://www.cisco.com/c/en/us/td/docs/security/asa/asa912/configuration/firewall/asa-912-firewall-config/access-objects.html
 */
export const ciscoAsa: Feed = {
  name: "cisco-asa",
  contentType: "text/plain; charset=utf-8",
  extension: "cfg",
  hasComments: true,
  hasRules: false,
  isDetailed: false,
  mayOverlap: true,
  async *write(entries, { comments }) {
    yield `no object-group network ${GROUP}\nobject-group network ${GROUP}\n`;
    for await (const entry of entries) {
      const comment = comments ? toComment(entry) : "";
      if (comment !== "") yield `! ${comment}\n`;
      yield ` network-object ${toMember(entry)}\n`;
    }
    yield "exit\n";
  },
};

/** IPv4 networks have a mask, IPv6 ones a prefix. */
function toMember(entry: FeedEntry): string {
  const [address, prefix] = entry.ip.split("/");
  if (address === undefined || prefix === undefined) return `host ${entry.ip}`;
  return isV6(entry) ? entry.ip : `${address} ${toMask(Number(prefix))}`;
}

function toMask(prefix: number): string {
  return [0, 8, 16, 24].map((at) => 256 - 2 ** (8 - Math.min(Math.max(prefix - at, 0), 8))).join(".");
}
