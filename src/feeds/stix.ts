import { createHash } from "node:crypto";

import { toScore, toTime } from "./comment.ts";
import { isV6, type Feed, type FeedEntry } from "./feed.ts";
import { withCommas } from "./json-lines.ts";
import { toUuid5 } from "./uuid.ts";

/** Our own: that of the standard is for observables alone (STIX 2.1, section 2.9). */
const NAMESPACE = "5d1c6f3e-7b0a-4c52-9b7e-2f4a8e61d093";

/** For lines of which nobody knows since when they are there: a time that never changes. */
const UNKNOWN_SINCE = 0;

/**
 * A bundle with an indicator for each entry. Ids come from the content: what is the same keeps its id, and what
 * changes, such as the end of a block, is a new indicator, so that there are never two of one id that differ.
 * https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html
 */
export const stix: Feed = {
  name: "stix2.1",
  contentType: "application/stix+json;version=2.1",
  extension: "json",
  hasComments: false,
  hasRules: false,
  isDetailed: true,
  mayOverlap: true,
  async *write(entries) {
    const content = createHash("sha256");
    let head = '{"type":"bundle","objects":[\n';
    const indicators = withCommas(entries, (entry) => {
      const indicator = JSON.stringify(toIndicator(entry));
      content.update(indicator);
      return indicator;
    });
    for await (const line of indicators) {
      yield head + line;
      head = "";
    }
    // An empty list is not allowed; no list is.
    const close = head === "" ? "]" : '{"type":"bundle"';
    yield `${close},"id":"bundle--${toUuid5(NAMESPACE, content.digest("hex"))}"}\n`;
  },
};

function toIndicator(entry: FeedEntry) {
  const { ip, since, until, reason, evidence, scanId } = entry;
  const from = since ?? UNKNOWN_SINCE;
  const created = toTime(from);
  const description = [toScore(evidence), evidence?.owner ?? null, scanId, reason].filter(
    (part) => part !== null,
  );
  const content = {
    type: "indicator",
    spec_version: "2.1",
    created,
    modified: created,
    name: ip,
    ...(description.length === 0 ? {} : { description: description.join(", ") }),
    indicator_types: ["malicious-activity"],
    pattern: toPattern(entry),
    pattern_type: "stix",
    valid_from: created,
    // It has to be later than valid_from.
    ...(until !== null && until > from ? { valid_until: toTime(until) } : {}),
  };
  return { ...content, id: `indicator--${toUuid5(NAMESPACE, JSON.stringify(content))}` };
}

function toPattern(entry: FeedEntry): string {
  const operator = entry.ip.includes("/") ? "ISSUBSET" : "=";
  return `[${isV6(entry) ? "ipv6-addr" : "ipv4-addr"}:value ${operator} '${entry.ip}']`;
}
