import type { Candidate, ProposalContent, ProtectedAddress, SparedAddress } from "../block-model.ts";
import type { Facts, VerdictRule } from "../model.ts";
import { FactsRow } from "../records/facts-row.ts";
import type { Records } from "../records/records.ts";
import { score } from "../report/score.ts";
import type { Blacklist } from "./blacklist.ts";
import type { Guards } from "./guards.ts";
import type { Whitelist } from "./whitelist.ts";

/** What decides about an unsafe address. */
export interface ListsNow {
  readonly whitelist: Whitelist;
  readonly blacklist: Pick<Blacklist, "match">;
  readonly guards: Pick<Guards, "match">;
}

/** An unsafe address of a scan with what VirusTotal says of it. */
export interface UnsafeAddress {
  readonly ip: string;
  readonly facts: Facts | null;
}

/** The unsafe addresses of a scan in the order of its input. Nothing else of it can ever be blocked. */
export async function unsafeAddresses(records: Records, scanId: string): Promise<readonly UnsafeAddress[]> {
  const rows = await records
    .selectFrom("scan_item")
    .select(["value", "facts"])
    .where("scan_id", "=", scanId)
    .where("status", "=", "unsafe")
    .where("kind", "=", "ip")
    .orderBy("position")
    .execute();
  return rows.flatMap(({ value, facts }) =>
    value === null ? [] : [{ ip: value, facts: facts === null ? null : FactsRow.parse(JSON.parse(facts)) }],
  );
}

/** Sorts unsafe addresses into protected, listed, spared and to be blocked, the worst first. The first of these wins. */
export function toContent(
  addresses: readonly UnsafeAddress[],
  { whitelist, blacklist, guards }: ListsNow,
  rule: VerdictRule,
): ProposalContent {
  const toBlock: Candidate[] = [];
  const listed: string[] = [];
  const protectedOnes: ProtectedAddress[] = [];
  const spared: SparedAddress[] = [];
  for (const address of addresses) {
    const indicator = { kind: "ip", value: address.ip } as const;
    const by = whitelist.match(indicator, address.facts);
    if (by !== null) protectedOnes.push({ ip: address.ip, by });
    else if (blacklist.match(indicator) !== null) listed.push(address.ip);
    else {
      const guard = guards.match(indicator);
      if (guard !== null) spared.push({ ip: address.ip, by: guard });
      else toBlock.push(toCandidate(address, rule));
    }
  }
  return {
    toBlock: toBlock.toSorted((one, other) => other.detections - one.detections),
    listed,
    protectedOnes,
    spared,
  };
}

/** What speaks for blocking an address. */
export function toCandidate({ ip, facts }: UnsafeAddress, rule: VerdictRule): Candidate {
  const found = score(facts, rule);
  const counted = facts?.flaggedBy.filter(({ category }) => rule.countAsDetection.includes(category)) ?? [];
  return {
    ip,
    detections: found?.detections ?? 0,
    total: found?.total ?? 0,
    engines: counted.map(({ engine }) => engine),
    owner: facts?.owner ?? null,
    asn: facts?.asn ?? null,
    country: facts?.country ?? null,
  };
}
