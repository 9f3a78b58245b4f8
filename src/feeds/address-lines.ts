import { toComment } from "./comment.ts";
import type { Feed } from "./feed.ts";

/**
 * One address or network a line and nothing else, which every product takes. With comments they stand behind the
 * address, after a space, as PAN-OS wants it:
 * https://docs.paloaltonetworks.com/network-security/security-policy/administration/objects/external-dynamic-lists/formatting-guidelines-for-an-external-dynamic-list
 */
export const plain: Feed = {
  name: "plain",
  contentType: "text/plain; charset=utf-8",
  extension: "txt",
  hasComments: true,
  hasRules: false,
  isDetailed: false,
  mayOverlap: true,
  async *write(entries, { comments }) {
    for await (const entry of entries) {
      const comment = comments ? toComment(entry) : "";
      yield comment === "" ? `${entry.ip}\n` : `${entry.ip} # ${comment}\n`;
    }
  },
};

/** A file for `acl … src -f`: as plain, with comments in lines of their own, the only ones that HAProxy skips. */
export const haproxy: Feed = {
  name: "haproxy",
  contentType: "text/plain; charset=utf-8",
  extension: "acl",
  hasComments: true,
  hasRules: false,
  isDetailed: false,
  mayOverlap: true,
  async *write(entries, { comments }) {
    for await (const entry of entries) {
      const comment = comments ? toComment(entry) : "";
      yield comment === "" ? `${entry.ip}\n` : `# ${comment}\n${entry.ip}\n`;
    }
  },
};

const SURICATA_CATEGORY = 50;
const SURICATA_SCORE = 127;

/**
 * A list for Suricata's IP reputation, and no rules: one file that is read anew with the rules, for any number of
 * addresses, with a single rule beside it that a person writes once, so that actions and numbers of rules stay theirs.
 * https://docs.suricata.io/en/suricata-8.0.0/reputation/ipreputation/ip-reputation-format.html
 */
export const suricata: Feed = {
  name: "suricata",
  contentType: "text/plain; charset=utf-8",
  extension: "list",
  hasComments: true,
  hasRules: false,
  isDetailed: false,
  mayOverlap: true,
  async *write(entries, { comments }) {
    for await (const entry of entries) {
      const comment = comments ? toComment(entry) : "";
      if (comment !== "") yield `# ${comment}\n`;
      yield `${entry.ip},${SURICATA_CATEGORY},${SURICATA_SCORE}\n`;
    }
  },
};
