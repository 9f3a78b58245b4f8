import type { BlockList, WhitelistCheck, Why } from "../contract.ts";
import { UserError } from "../errors.ts";
import { extract } from "../intake/extract.ts";
import { toAddress, toCanonical } from "../lists/address.ts";
import { isWiderThanOne } from "../lists/single-address.ts";
import type { Facts, Indicator } from "../model.ts";
import { auditOf } from "../records/audit-trail.ts";
import { lastSeen } from "../scans/sightings.ts";
import type { Tools } from "./tools.ts";

/** Everything that is known here about one address: lists, scans, and what people did with it. Asks nobody. */
export async function why(tools: Tools, text: string): Promise<Why> {
  const ip = toIp(text);
  const indicator: Indicator = { kind: "ip", value: ip };
  const facts = await knownFacts(tools, indicator);
  return {
    ip,
    blocked: tools.listings.blacklistLine(indicator),
    protectedBy: tools.listings.whitelistLine(indicator, facts),
    guard: tools.listings.guardOf(indicator),
    sightings: await lastSeen(tools.records, indicator),
    acts: await auditOf(tools.records, ip),
  };
}

/** Which whitelist entry protects an indicator. Owner and AS number count as far as the cache knows them. */
export async function checkWhitelist(tools: Tools, text: string): Promise<WhitelistCheck> {
  const indicator = toIndicator(text);
  const facts = await knownFacts(tools, indicator);
  const line = tools.listings.whitelistLine(indicator, facts);
  return { indicator: indicator.value, line, isOwnerKnown: facts !== null };
}

/** What is blocked now. */
export function blockList({ listings }: Tools): BlockList {
  const addresses = listings.blocked();
  const whitelisted = addresses.filter(
    (value) => listings.whitelistLine({ kind: "ip", value }, null) !== null,
  );
  return { addresses, whitelisted };
}

async function knownFacts({ lookUps }: Tools, indicator: Indicator): Promise<Facts | null> {
  const [answer] = await lookUps.known([indicator], { old: true });
  return answer?.outcome === "answered" ? answer.facts : null;
}

/** The one address that a person typed, in any spelling, in canonical form. @throws UserError when it is none. */
export function toIp(text: string): string {
  if (isWiderThanOne(text) || holdsSeveral(text))
    throw new UserError(`"${text}" is more than one address: only single addresses are blocked.`);
  const plain = toIndicator(text);
  if (plain.kind !== "ip")
    throw new UserError(`"${text}" is no IP address: only single addresses are blocked.`);
  return plain.value;
}

function holdsSeveral(text: string): boolean {
  if (toAddress(text.trim()) !== null) return false;
  return extract(text).filter(({ indicator }) => indicator?.kind === "ip").length > 1;
}

/** Takes what people type or paste, defanged too. */
function toIndicator(text: string): Indicator {
  const address = toAddress(text.trim());
  if (address !== null) return { kind: "ip", value: toCanonical(address) };
  const found = extract(text).find((piece) => piece.indicator !== null)?.indicator;
  if (!found) throw new UserError(`"${text}" is no IP address, domain, URL or hash.`);
  return found;
}
