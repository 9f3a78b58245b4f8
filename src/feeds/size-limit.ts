/** Up to how many entries a product takes from one list, or from all of its lists. */
export interface SizeLimit {
  readonly product: string;
  /** Names of the formats that it reads. */
  readonly formats: readonly string[];
  readonly most: number;
  /** What it does with more, as the end of a sentence. */
  readonly beyond: string;
  readonly source: string;
}

/** The smallest models of a product first. What no maker publishes is not here; see docs/firewalls.md. */
export const SIZE_LIMITS: readonly SizeLimit[] = [
  {
    product: "SonicWall TZ and NSv",
    formats: ["plain"],
    most: 25_000,
    beyond: "enforces no more",
    source:
      "https://www.sonicwall.com/support/technical-documentation/docs/sonicos8-rules_policies_classic/Content/IoC/adding-ioc-ipaddresses.htm",
  },
  {
    product: "SonicWall NSA",
    formats: ["plain"],
    most: 50_000,
    beyond: "enforces no more",
    source:
      "https://www.sonicwall.com/support/technical-documentation/docs/sonicos8-rules_policies_classic/Content/IoC/adding-ioc-ipaddresses.htm",
  },
  {
    product: "PAN-OS on most models",
    formats: ["plain"],
    most: 50_000,
    beyond: "skips the rest",
    source:
      "https://docs.paloaltonetworks.com/pan-os/7-1/pan-os-web-interface-help/objects/objects-external-dynamic-lists.html",
  },
  {
    product: "PAN-OS on the largest models",
    formats: ["plain"],
    most: 150_000,
    beyond: "skips the rest",
    source:
      "https://docs.paloaltonetworks.com/pan-os/7-1/pan-os-web-interface-help/objects/objects-external-dynamic-lists.html",
  },
  {
    product: "FortiOS before 7.4.4",
    formats: ["plain"],
    most: 131_072,
    beyond: "cuts the rest off",
    source:
      "https://community.fortinet.com/t5/FortiGate/Technical-Tip-External-threat-list-resource-entry-limits/ta-p/378964",
  },
  {
    product: "FortiOS from 7.4.4 on",
    formats: ["plain", "stix2.1"],
    most: 300_000,
    beyond: "cuts the rest off",
    source:
      "https://docs.fortinet.com/document/fortigate/7.4.0/new-features/677896/external-resource-entry-limit-enhancements-7-4-4",
  },
  {
    product: "pfSense with its default table size",
    formats: ["plain"],
    most: 200_000,
    beyond: "may not load its rules",
    source: "https://docs.netgate.com/pfsense/en/latest/firewall/aliases-features.html",
  },
  {
    product: "ipset, with the sets that the file makes,",
    formats: ["ipset"],
    most: 1_048_576,
    beyond: "refuses the file",
    source: "https://ipset.netfilter.org/ipset.man.html",
  },
];

/** A sentence for each product that reads the format and does not take so many entries. */
export function sizeWarnings(format: string, entries: number): readonly string[] {
  return SIZE_LIMITS.filter((limit) => limit.formats.includes(format) && entries > limit.most).map(
    ({ product, most, beyond }) =>
      `${toNumber(entries)} entries: ${product} takes ${toNumber(most)} and ${beyond}.`,
  );
}

/** Products that go on with their last list when they get one without any address. */
const KEEPS_LAST_WHEN_EMPTY: readonly { product: string; formats: readonly string[] }[] = [
  { product: "Cisco Secure Firewall (Security Intelligence)", formats: ["plain"] },
];

/** A sentence for each product that reads the format and would not notice that the list is empty. */
export function emptyWarnings(format: string): readonly string[] {
  return KEEPS_LAST_WHEN_EMPTY.filter(({ formats }) => formats.includes(format)).map(
    ({ product }) => `The list is empty: ${product} goes on with the last one that was not.`,
  );
}

function toNumber(count: number): string {
  return count.toLocaleString("en-US");
}
