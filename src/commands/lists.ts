import type { BlockList, WhitelistCheck, Why } from "../contract.ts";
import { UserError } from "../errors.ts";
import { extract } from "../intake/extract.ts";
import { toAddress, toCanonical } from "../lists/address.ts";
import { isWiderThanOne } from "../lists/single-address.ts";
import { standingBlock } from "../lists/standing-block.ts";
import { MOST_LOOK_UPS } from "../lists/story-look-ups.ts";
import { storyOf } from "../lists/story.ts";
import type { Facts, Indicator } from "../model.ts";
import { auditOf } from "../records/audit-trail.ts";
import { lastSeen, type Sighting } from "../scans/sightings.ts";
import type { Tools } from "./tools.ts";

/** Everything that is known here about one address: lists, its block, and all that happened to it. Asks nobody. */
export async function why(tools: Tools, text: string): Promise<Why> {
  const ip = toIp(text);
  const indicator: Indicator = { kind: "ip", value: ip };
  const facts = await knownFacts(tools, indicator);
  const { records, listings, config } = tools;
  const blocked = listings.blacklistLine(indicator);
  const sightings = await lastSeen(records, indicator, MOST_LOOK_UPS);
  const acts = await auditOf(records, ip);
  return {
    ip,
    blocked,
    block: blocked === null ? null : await standingBlock(records, ip),
    protectedBy: listings.whitelistLine(indicator, facts),
    guard: listings.guardOf(indicator),
    sightings: { count: sightings.count, newest: sightings.newest.slice(0, MOST_SIGHTINGS).map(toSighting) },
    acts,
    story: await storyOf({ records, rule: config.rule }, ip, { sightings, acts }),
  };
}

const MOST_SIGHTINGS = 10;

function toSighting({ scanId, at, source, status }: Sighting): Sighting {
  return { scanId, at, source, status };
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
  const { whitelist, blacklist } = listings.lines();
  const { addresses } = blacklist;
  const whitelisted = whitelist.isEmpty
    ? []
    : addresses.filter((value) => whitelist.match({ kind: "ip", value }, null) !== null);
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
