import { NO_FACTS } from "../model.ts";
import { VTIP } from "./actor.ts";
import { carryOut } from "./change-work.ts";
import { openChange } from "./list-change.ts";
import type { ListLine } from "./list-line.ts";
import type { ListTools } from "./list-tools.ts";
import { isLargeRemoval } from "./removal-size.ts";

/** Addresses of one approval that were taken off the blacklist, since an entry of the whitelist covers them now. */
export interface Release {
  readonly proposalId: string;
  /** Who approved, as `User.id`. */
  readonly by: string;
  readonly ips: readonly string[];
  readonly line: ListLine;
  /** Names this release for good. */
  readonly changeId: number;
}

interface Covered {
  readonly ip: string;
  readonly by: string;
  readonly proposalId: string;
  readonly line: ListLine;
}

/**
 * Takes approved blocks out that an entry of the whitelist covers now. What people wrote into the blacklist by hand stays:
 * which of their two lists is right is for them to say. An entry that would take out more than half of the list is taken
 * for a slip: nothing is done, and the log says so. @throws UserError when a list cannot be read or changed.
 */
export async function releaseWhitelisted(tools: ListTools): Promise<readonly Release[]> {
  const covered = await findCovered(tools);
  if (covered.length === 0) return [];
  const listed = tools.listings.blocked().length;
  if (isLargeRemoval(covered.length, listed)) {
    tools.log.warn(
      { covered: covered.length, listed },
      "the whitelist covers more than half of the blacklist: nothing is taken out by itself; unblock what is meant",
    );
    return [];
  }
  const releases: Release[] = [];
  for (const group of groupsOf(covered)) {
    const { line, proposalId, by } = group.first;
    const ips = group.all.map(({ ip }) => ip);
    const changeId = await openChange(tools.records, {
      at: tools.clock.now(),
      kind: "remove",
      who: VTIP,
      action: "whitelisted",
      wanted: ips,
      reason: `whitelist line ${line.line}: ${line.entry}`,
      until: null,
      proposalId,
      scanId: null,
      link: null,
    });
    await carryOut(tools, changeId);
    releases.push({ proposalId, by, ips, line, changeId });
  }
  return releases;
}

async function findCovered({ records, listings }: ListTools): Promise<readonly Covered[]> {
  const { whitelist } = listings.lines();
  const rows = await records
    .selectFrom("block")
    .select(["ip", "by", "proposal_id", "evidence"])
    .where("ended_at", "is", null)
    .where("proposal_id", "is not", null)
    .orderBy("id")
    .execute();
  return rows.flatMap(({ ip, by, proposal_id: proposalId, evidence }) => {
    const { owner = null, asn = null } = JSON.parse(evidence) as {
      readonly owner?: string | null;
      readonly asn?: number | null;
    };
    const line = whitelist.match({ kind: "ip", value: ip }, { ...NO_FACTS, owner, asn });
    return line === null || proposalId === null ? [] : [{ ip, by, proposalId, line }];
  });
}

/** Those of one approval that one entry covers go together. */
function groupsOf(
  covered: readonly Covered[],
): readonly { readonly first: Covered; readonly all: Covered[] }[] {
  const groups = new Map<string, { readonly first: Covered; readonly all: Covered[] }>();
  for (const one of covered) {
    const key = `${one.proposalId} ${one.line.line}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: one, all: [one] });
    else group.all.push(one);
  }
  return [...groups.values()];
}
