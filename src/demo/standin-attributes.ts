import { isIPv4 } from "node:net";

import type { Kind } from "../model.ts";
import { byteOf, pick, type Seed } from "./standin-verdict.ts";

const OWNERS = [
  "Example Hosting (DEMO)",
  "Sample Networks (DEMO)",
  "Placeholder Telecom (DEMO)",
  "Specimen Cloud (DEMO)",
  "Invented Carrier (DEMO)",
] as const;

/** Codes that ISO 3166 leaves to its users, so that no country has them. */
const COUNTRIES = ["XA", "XB", "XC", "XZ", "ZZ"] as const;
const TAGS = [[], [], ["vpn"], ["self-signed"], ["suspicious-udp"], ["dga", "parked"]] as const;

/** The first of the AS numbers for documentation (RFC 5398). */
const FIRST_ASN = 64_496;
const DAY_SECONDS = 86_400;

/** Attributes made up for a value, some of them left out as VirusTotal leaves them out. */
export function inventAttributes(
  kind: Kind,
  value: string,
  seed: Seed,
  nowMs: number,
): Readonly<Record<string, unknown>> {
  const analysed = Math.floor(nowMs / 1000) - (byteOf(seed, 8) % 120) * DAY_SECONDS;
  return {
    ...ownAttributes(kind, value, seed),
    last_modification_date: analysed + 60,
    ...(byteOf(seed, 9) >= 16 && { last_analysis_date: analysed }),
    reputation: (byteOf(seed, 10) % 61) - 40,
    total_votes: { harmless: byteOf(seed, 11) % 5, malicious: byteOf(seed, 12) % 9 },
    tags: pick(TAGS, seed, 13),
    demo_record: true,
  };
}

function ownAttributes(kind: Kind, value: string, seed: Seed): Readonly<Record<string, unknown>> {
  switch (kind) {
    case "ip":
      return addressAttributes(value, seed);
    case "domain":
      return {
        registrar: "Example Registrar (DEMO)",
        tld: value.split(".").at(-1),
        categories: {},
        jarm: "0".repeat(62),
      };
    case "url":
      return {
        url: value,
        last_final_url: value,
        title: "Invented page (DEMO)",
        times_submitted: byteOf(seed, 14),
      };
    case "hash":
      return {
        ...hashAttribute(value),
        size: 4096 + byteOf(seed, 14),
        type_description: "Invented file (DEMO)",
      };
  }
}

function addressAttributes(value: string, seed: Seed): Readonly<Record<string, unknown>> {
  const network = isIPv4(value) ? value.replace(/\d+$/, "0/24") : "2001:db8::/32";
  return {
    ...(byteOf(seed, 15) >= 12 && {
      as_owner: pick(OWNERS, seed, 16),
      asn: FIRST_ASN + (byteOf(seed, 16) % 16),
    }),
    ...(byteOf(seed, 17) >= 12 && { country: pick(COUNTRIES, seed, 18), continent: "ZZ" }),
    ...(byteOf(seed, 19) >= 12 && { network, regional_internet_registry: "Example registry (DEMO)" }),
  };
}

function hashAttribute(value: string): Readonly<Record<string, string>> {
  if (value.length === 32) return { md5: value };
  return value.length === 40 ? { sha1: value } : { sha256: value };
}
