import type { BlockList, WhitelistCheck, Why } from "../contract.ts";
import { UserError } from "../errors.ts";
import { extract } from "../intake/extract.ts";
import { toAddress, toCanonical } from "../lists/address.ts";
import { editBlacklist } from "../lists/blacklist-file.ts";
import { removeFromBlacklist } from "../lists/blacklist.ts";
import type { Facts, Indicator } from "../model.ts";
import { appendAudit, readAudit, type AuditRow } from "../records/audit-trail.ts";
import { lastSeen } from "../scans/sightings.ts";
import type { Tools } from "./tools.ts";

/** The person at this machine's command line, as APPROVERS names them. */
const CONSOLE = "local:console";

/** Everything that is known here about one address: lists, scans, and what people did with it. Asks nobody. */
export async function why(tools: Tools, text: string): Promise<Why> {
  const ip = toIp(text);
  const indicator: Indicator = { kind: "ip", value: ip };
  const facts = await knownFacts(tools, indicator);
  const acts: AuditRow[] = [];
  for await (const row of readAudit(tools.records)) if (row.subject === ip) acts.push(row);
  return {
    ip,
    blocked: tools.listings.blacklistLine(indicator),
    protectedBy: tools.listings.whitelistLine(indicator, facts),
    sightings: await lastSeen(tools.records, indicator),
    acts,
  };
}

/** Which whitelist entry protects an indicator. Owner and AS number count as far as the cache knows them. */
export async function checkWhitelist(tools: Tools, text: string): Promise<WhitelistCheck> {
  const indicator = toIndicator(text);
  const facts = await knownFacts(tools, indicator);
  const line = tools.listings.whitelistLine(indicator, facts);
  return { indicator: indicator.value, line, isOwnerKnown: facts !== null };
}

/** Takes an address off the blacklist. @throws UserError when it is not there, or nobody here may do it. */
export async function unblock(
  tools: Tools,
  text: string,
  reason: string | null,
  user: string,
): Promise<string> {
  const ip = toIp(text);
  const entry = { at: tools.clock.now(), who: `${CONSOLE} (${user})`, subject: ip, detail: { reason } };
  if (!tools.config.approvers.includes(CONSOLE)) {
    await appendAudit(tools.records, { ...entry, action: "unblock refused" });
    throw new UserError(
      "Only approvers may unblock. To let people at this command line do it, set APPROVERS=local:console.",
    );
  }
  const file = tools.config.blacklistFile;
  const { removed } = await editBlacklist(file, (list) => removeFromBlacklist(list, [ip]));
  if (removed.length === 0) throw new UserError(`${ip} is not on ${file}.`);
  await appendAudit(tools.records, { ...entry, action: "unblock" });
  return ip;
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

function toIp(text: string): string {
  const plain = toIndicator(text);
  if (plain.kind !== "ip")
    throw new UserError(`"${text}" is no IP address: only single addresses are blocked.`);
  return plain.value;
}

/** Takes what people type or paste, defanged too. */
function toIndicator(text: string): Indicator {
  const address = toAddress(text.trim());
  if (address !== null) return { kind: "ip", value: toCanonical(address) };
  const found = extract(text).find((piece) => piece.indicator !== null)?.indicator;
  if (!found) throw new UserError(`"${text}" is no IP address, domain, URL or hash.`);
  return found;
}
