import { toComment } from "./comment.ts";
import { isV6, type Feed } from "./feed.ts";

const TABLE = "inet vtip";

/** Everything of it is one transaction: the kernel has the old list or the new one, never a part. */
const HEAD = [
  `add table ${TABLE}`,
  `add set ${TABLE} blocked4 { type ipv4_addr; flags interval; }`,
  `add set ${TABLE} blocked6 { type ipv6_addr; flags interval; }`,
  `flush set ${TABLE} blocked4`,
  `flush set ${TABLE} blocked6`,
];

/** Before the chains that admit: those usually have priority 0. */
const PRIORITY = -10;

const RULES = [
  ...chainOf("input", ["ip saddr @blocked4", "ip6 saddr @blocked6"]),
  ...chainOf("forward", [
    "ip saddr @blocked4",
    "ip daddr @blocked4",
    "ip6 saddr @blocked6",
    "ip6 daddr @blocked6",
  ]),
  ...chainOf("output", ["ip daddr @blocked4", "ip6 daddr @blocked6"]),
];

/**
 * A file for `nft -f`: table `inet vtip` with the sets `blocked4` and `blocked6`, replaced at once. Other chains of the
 * table, and rules in them, stay. With rules, it also drops what comes from or goes to what is listed.
 * https://www.netfilter.org/projects/nftables/manpage.html
 */
export const nftables: Feed = {
  name: "nftables",
  contentType: "text/plain; charset=utf-8",
  extension: "nft",
  hasComments: true,
  hasRules: true,
  isDetailed: false,
  // Without auto-merge an interval within another one is refused, and with it what is listed reads otherwise.
  mayOverlap: false,
  async *write(entries, { comments, rules }) {
    yield toLines(HEAD);
    let open: "blocked4" | "blocked6" | null = null;
    for await (const entry of entries) {
      const set = isV6(entry) ? "blocked6" : "blocked4";
      if (set !== open) {
        // One statement for each set: many small ones take nft half as long again.
        yield `${open === null ? "" : "}\n"}add element ${TABLE} ${set} {\n`;
        open = set;
      }
      const comment = comments ? toComment(entry) : "";
      yield comment === "" ? `\t${entry.ip},\n` : `\t${entry.ip}, # ${comment}\n`;
    }
    if (open !== null) yield "}\n";
    if (rules) yield toLines(RULES);
  },
};

/** Emptied first, so that the file can be loaded any number of times. */
function chainOf(hook: string, matches: readonly string[]): readonly string[] {
  return [
    `add chain ${TABLE} ${hook} { type filter hook ${hook} priority ${PRIORITY}; policy accept; }`,
    `flush chain ${TABLE} ${hook}`,
    ...matches.map((match) => `add rule ${TABLE} ${hook} ${match} counter drop`),
  ];
}

function toLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
