import { toComment } from "./comment.ts";
import { isV6, type Feed } from "./feed.ts";

/** The most entries of a set. It has to stay what it is: a set of the same name with another one is refused. */
export const IPSET_MOST = 1_048_576;

/**
 * A file for `ipset restore`: the sets `vtip4` and `vtip6` of type hash:net. The list is built in sets beside them,
 * which then change places with them, so that there is always the old list or the new one.
 * https://ipset.netfilter.org/ipset.man.html
 */
export const ipset: Feed = {
  name: "ipset",
  contentType: "text/plain; charset=utf-8",
  extension: "ipset",
  hasComments: true,
  hasRules: false,
  isDetailed: false,
  mayOverlap: true,
  async *write(entries, { comments }) {
    yield create("vtip4", "inet") + create("vtip6", "inet6");
    // Left over, with a part of a list, when a former file was not read to its end.
    yield create("vtip4-new", "inet") + create("vtip6-new", "inet6");
    yield "flush vtip4-new\nflush vtip6-new\n";
    for await (const entry of entries) {
      const comment = comments ? toComment(entry) : "";
      if (comment !== "") yield `# ${comment}\n`;
      yield `add ${isV6(entry) ? "vtip6-new" : "vtip4-new"} ${entry.ip}\n`;
    }
    yield "swap vtip4-new vtip4\nswap vtip6-new vtip6\ndestroy vtip4-new\ndestroy vtip6-new\n";
  },
};

function create(name: string, family: "inet" | "inet6"): string {
  return `create ${name} hash:net family ${family} maxelem ${IPSET_MOST} -exist\n`;
}
