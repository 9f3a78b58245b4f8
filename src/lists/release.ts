import { NO_FACTS } from "../model.ts";
import { BY_HAND, VTIP } from "./actor.ts";
import { readEvidence } from "./block-evidence.ts";
import { carryOut } from "./change-work.ts";
import { openChange } from "./list-change.ts";
import type { ListLine } from "./list-line.ts";
import type { ListTools } from "./list-tools.ts";
import { isLargeRemoval } from "./removal-size.ts";

/** Addresses of one approval that were taken off the blacklist, since an entry of the whitelist covers them now. */
export interface Release {
  readonly proposalId: string;
  /** Who approved, as `User.id`; null where nobody is known. */
  readonly by: string | null;
  readonly ips: readonly string[];
  /** Such as `whitelist line 3: AS64500`. */
  readonly reason: string;
  /** Names the message that tells of it. */
  readonly mark: string;
}

interface Covered {
  readonly ip: string;
  /** Null: it was imported. */
  readonly proposalId: string | null;
  readonly line: ListLine;
}

/** Addresses of one change, and of one message. */
const AT_ONCE = 500;

/** Those of whom nobody heard for so long are told of no more. */
const LATE_MS = 2 * 86_400_000;

/**
 * Takes blocks out that people approved or imported, and that an entry of the whitelist covers now. What people wrote into the blacklist by hand stays:
 * which of their two lists is right is for them to say. An entry that would take out more than half of the list is taken
 * for a slip: nothing is done, and the log says so. @throws UserError when a list cannot be read or changed.
 */
export async function releaseWhitelisted(tools: ListTools): Promise<void> {
  const covered = await findCovered(tools);
  if (covered.length === 0) return;
  const listed = tools.listings.blocked().length;
  if (isLargeRemoval(covered.length, listed)) {
    tools.log.warn(
      { covered: covered.length, listed },
      "the whitelist covers more than half of the blacklist: nothing is taken out by itself; unblock what is meant",
    );
    return;
  }
  for (const group of groupsOf(covered)) {
    const { line, proposalId } = group.first;
    const changeId = await openChange(tools.records, {
      at: tools.clock.now(),
      kind: "remove",
      who: VTIP,
      action: "whitelisted",
      wanted: group.all.map(({ ip }) => ip),
      reason: `whitelist line ${line.line}: ${line.entry}`,
      until: null,
      proposalId,
      scanId: null,
      link: null,
    });
    await carryOut(tools, changeId);
  }
}

/** What was taken out within the last two days and not told in the thread of its approval yet. */
export async function untoldReleases({
  records,
  clock,
}: Pick<ListTools, "records" | "clock">): Promise<readonly Release[]> {
  const rows = await records
    .selectFrom("list_change")
    .innerJoin("proposal", "proposal.id", "list_change.proposal_id")
    .select(["list_change.id", "proposal_id", "effective", "reason", "proposal.decided_by"])
    .where("list_change.action", "=", "whitelisted")
    .where("list_change.state", "=", "done")
    .where("list_change.at", ">", clock.now() - LATE_MS)
    .orderBy("list_change.id")
    .execute();
  const releases = rows.flatMap(({ id, proposal_id: proposalId, effective, reason, decided_by: by }) => {
    const ips = effective === null ? [] : (JSON.parse(effective) as string[]);
    if (proposalId === null || ips.length === 0) return [];
    return [{ proposalId, by, ips, reason: reason ?? "", mark: `${proposalId}/whitelisted-${id}` }];
  });
  if (releases.length === 0) return [];
  const told = await records
    .selectFrom("post")
    .select("mark")
    .where("state", "!=", "pending")
    .where(
      "mark",
      "in",
      releases.map(({ mark }) => mark),
    )
    .execute();
  const isTold = new Set(told.map(({ mark }) => mark));
  return releases.filter(({ mark }) => !isTold.has(mark));
}

async function findCovered({ records, listings }: ListTools): Promise<readonly Covered[]> {
  const { whitelist } = listings.lines();
  const rows = await records
    .selectFrom("block")
    .select(["ip", "proposal_id", "evidence"])
    .where("ended_at", "is", null)
    .where("by", "!=", BY_HAND)
    .orderBy("id")
    .execute();
  return rows.flatMap(({ ip, proposal_id: proposalId, evidence }) => {
    const { owner, asn } = readEvidence(evidence);
    const line = whitelist.match({ kind: "ip", value: ip }, { ...NO_FACTS, owner, asn });
    return line === null ? [] : [{ ip, proposalId, line }];
  });
}

interface Group {
  readonly first: Covered;
  readonly all: Covered[];
}

/** Those of one approval that one entry covers go together, so many at a time. */
function groupsOf(covered: readonly Covered[]): readonly Group[] {
  const filling = new Map<string, Group>();
  const groups: Group[] = [];
  for (const one of covered) {
    const key = `${one.proposalId} ${one.line.line}`;
    const group = filling.get(key);
    if (group !== undefined && group.all.length < AT_ONCE) {
      group.all.push(one);
      continue;
    }
    const begun = { first: one, all: [one] };
    filling.set(key, begun);
    groups.push(begun);
  }
  return groups;
}
