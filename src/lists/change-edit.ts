import { parseBlacklist, addToBlacklist, removeFromBlacklist } from "./blacklist.ts";
import { ownAddresses } from "./block-rows.ts";
import type { LeftOut } from "./decision.ts";
import { toRefusal } from "./import-judgement.ts";
import type { ListChange } from "./list-change.ts";
import type { ListTools } from "./list-tools.ts";
import { endsOf } from "./past-blocks.ts";
import { toContent, unsafeAddresses } from "./proposal-content.ts";

/** What a change does to the list. */
export interface ChangeEdit {
  readonly text: string;
  /** The addresses that it changes. */
  readonly effective: readonly string[];
  /** Of an approval. */
  readonly leftOut: LeftOut | null;
}

/**
 * Works out what a change does to the list, by the whitelist and the guards as they are now. Of a change that was begun before, what it
 * has done counts as done by it. @throws UserError when the whitelist cannot be read.
 */
export async function editOf(tools: ListTools, change: ListChange): Promise<(text: string) => ChangeEdit> {
  switch (change.kind) {
    case "add":
      return change.action === "import" ? importOf(tools, change) : additionOf(tools, change);
    case "remove":
      return removalOf(tools, change);
  }
}

async function additionOf(
  { records, listings, config }: ListTools,
  change: ListChange,
): Promise<(text: string) => ChangeEdit> {
  const { scanId, wanted, effective } = change;
  const addresses = scanId === null ? [] : await unsafeAddresses(records, scanId);
  const { whitelist, guards } = listings.lines();
  const chosen = new Set(wanted);
  const endOf = await endsOf(records, change, wanted);
  return (text) => {
    const blacklist = parseBlacklist(text);
    const isListed = (ip: string) => blacklist.match({ kind: "ip", value: ip }) !== null;
    const content = toContent(addresses, { whitelist, blacklist, guards }, config.rule);
    const { toBlock, listed, protectedOnes, spared } = content;
    const missing = toBlock.map(({ ip }) => ip).filter((ip) => chosen.has(ip));
    const added = [...(effective ?? []).filter(isListed), ...missing];
    const isAdded = new Set(added);
    return {
      text: addToBlacklist(text, added).text,
      effective: added,
      leftOut: {
        listed: listed.filter((ip) => !isAdded.has(ip)),
        protectedOnes: protectedOnes.filter(({ ip }) => !isAdded.has(ip)),
        spared,
        leftOut: toBlock.map(({ ip }) => ip).filter((ip) => !chosen.has(ip)),
        longer: added.flatMap((ip) => toLonger(ip, endOf(ip), change.until)),
      },
    };
  };
}

function toLonger(ip: string, until: number | null, usual: number | null): LeftOut["longer"] {
  return until === null || until === usual ? [] : [{ ip, until }];
}

/** What was asked for was found fit before; what the lists say by now counts all the same. */
function importOf({ listings }: ListTools, { wanted, effective }: ListChange): (text: string) => ChangeEdit {
  const { whitelist, guards } = listings.lines();
  return (text) => {
    const blacklist = parseBlacklist(text);
    const isListed = (ip: string) => blacklist.match({ kind: "ip", value: ip }) !== null;
    const missing = wanted.filter((ip) => toRefusal(ip, { whitelist, blacklist, guards }, null) === null);
    const added = [...(effective ?? []).filter(isListed), ...missing];
    return { text: addToBlacklist(text, added).text, effective: added, leftOut: null };
  };
}

async function removalOf({ records }: ListTools, change: ListChange): Promise<(text: string) => ChangeEdit> {
  const own = await ownAddresses(records, change);
  // The line was vtip's, but a comment on it is a person's. Who unblocks an address means the whole line.
  const comments = change.action === "unblock" ? "drop" : "keep";
  return (text) => {
    const { text: shorter, removed } = removeFromBlacklist(text, own, comments);
    return {
      text: shorter,
      effective: [...new Set([...(change.effective ?? []), ...removed])],
      leftOut: null,
    };
  };
}
