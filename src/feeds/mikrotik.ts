import { toComment } from "./comment.ts";
import { isV6, type Feed } from "./feed.ts";

const LIST = "vtip";
const NEW_LIST = "vtip-new";
const MENUS = { 4: "/ip firewall address-list", 6: "/ipv6 firewall address-list" } as const;

/**
 * A script for `/import`: address list `vtip`, IPv4 and IPv6. Each is built beside the old one, which goes when the new
 * one is whole: an import that breaks off leaves the old list, and the next one begins anew. IPv4 is done first, so
 * that a router without the IPv6 menu has at least that. Entries outlast a restart.
 * https://manual.mikrotik.com/docs/cli-reference/ip/firewall/address-list
 */
export const mikrotik: Feed = {
  name: "mikrotik",
  contentType: "text/plain; charset=utf-8",
  extension: "rsc",
  hasComments: true,
  hasRules: false,
  isDetailed: false,
  mayOverlap: true,
  async *write(entries, { comments }) {
    let version: 4 | 6 = 4;
    yield begin(version);
    for await (const entry of entries) {
      if (version === 4 && isV6(entry)) {
        yield end(version);
        version = 6;
        yield begin(version);
      }
      const comment = comments ? toComment(entry) : "";
      const more = comment === "" ? "" : ` comment="${comment}"`;
      yield `${MENUS[version]} add list="${NEW_LIST}" address=${entry.ip}${more}\n`;
    }
    yield end(version);
    // Without IPv6 on the list, what was there before still has to go.
    if (version === 4) yield begin(6) + end(6);
  },
};

function begin(version: 4 | 6): string {
  return `${MENUS[version]} remove [find list="${NEW_LIST}"]\n`;
}

function end(version: 4 | 6): string {
  const menu = MENUS[version];
  return `${menu} remove [find list="${LIST}"]\n${menu} set [find list="${NEW_LIST}"] list="${LIST}"\n`;
}
