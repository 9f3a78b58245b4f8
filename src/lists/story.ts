import type { VerdictRule } from "../model.ts";
import { auditsOf, type AuditRow } from "../records/audit-trail.ts";
import type { Records } from "../records/records.ts";
import type { FullSighting } from "../scans/sightings.ts";
import { BY_HAND } from "./actor.ts";
import { toActed, toAttempted } from "./story-acts.ts";
import type { Acted, Story, StoryEvent } from "./story-event.ts";
import { collapsed, flipsOf, MOST_LOOK_UPS, rechecksOf, toLookedUp } from "./story-look-ups.ts";
import { questionsAbout, type Listed } from "./story-questions.ts";

/** What is known of the address already. */
export interface Known {
  /** The newest first; more than are told need not be there. */
  readonly sightings: { readonly count: number; readonly newest: readonly FullSighting[] };
  /** The audit trail's entries of it, in order. */
  readonly acts: readonly AuditRow[];
}

/** An event with its place among those of the same moment. */
interface Placed {
  readonly event: StoryEvent;
  readonly rank: number;
  /** Of the audit trail. */
  readonly auditId: number | null;
}

/** One value each, far below SQLite's limit of 32,766. */
const MOST_BLOCKS = 500;

const RANKS = { lookedUp: 0, rechecked: 1, flipped: 2, proposed: 3, audited: 4 } as const;

/**
 * Puts together what happened to an address, in canonical form, from all records that tell of it; each thing once. All that
 * people did is in it, of the look-ups the newest only.
 */
export async function storyOf(
  { records, rule }: { readonly records: Records; readonly rule: VerdictRule },
  ip: string,
  { sightings, acts }: Known,
): Promise<Story> {
  const told = sightings.newest.slice(0, MOST_LOOK_UPS);
  const scanIds = told.map(({ scanId }) => scanId);
  const isTold = new Set(scanIds);
  const listed = await blocksOf(records, ip);
  const questions = await questionsAbout(records, ip, { acts, listed });
  const rechecks = await rechecksOf(records, ip, rule);
  const placed: readonly Placed[] = [
    ...told.map((sighting) => place(RANKS.lookedUp, toLookedUp(sighting, rule))),
    ...rechecks.newest.map((event) => place(RANKS.rechecked, event)),
    ...(await flipsOf(records, ip, scanIds)).map((event) => place(RANKS.flipped, event)),
    ...questions
      .filter(({ scanId, isTouched }) => isTouched || isTold.has(scanId))
      .flatMap(({ events }) =>
        events.map(({ event, auditId }) =>
          place(auditId === null ? RANKS.proposed : RANKS.audited, event, auditId),
        ),
      ),
    ...acts.map((row) => place(RANKS.audited, toActed(row), row.id)),
    ...(await refusalsAtDigests(records, listed)).flatMap((row) => {
      const refused = toAttempted(row, row.subject);
      return refused === null ? [] : [place(RANKS.audited, refused, row.id)];
    }),
    ...listed.filter(isLostByHand).map((block) => place(RANKS.proposed, toRemovedByHand(block))),
  ];
  return {
    events: collapsed(placed.toSorted(inOrder).map(({ event }) => event)),
    earlierLookUps: sightings.count - told.length + rechecks.earlier,
  };
}

function place(rank: number, event: StoryEvent, auditId: number | null = null): Placed {
  return { event, rank, auditId };
}

function inOrder(one: Placed, other: Placed): number {
  return one.event.at - other.event.at || one.rank - other.rank || (one.auditId ?? 0) - (other.auditId ?? 0);
}

/** Who may not extend blocks or let them go is noted of the digest that asks about them. */
async function refusalsAtDigests(records: Records, blocks: readonly Block[]): Promise<readonly AuditRow[]> {
  if (blocks.length === 0) return [];
  const rows = await records
    .selectFrom("digest_block")
    .select("digest_id")
    .where(
      "block_id",
      "in",
      blocks.slice(-MOST_BLOCKS).map(({ id }) => id),
    )
    .execute();
  const digests = [...new Set(rows.map(({ digest_id: id }) => id))];
  return auditsOf(records, digests, { actions: ["extend refused", "let go refused"], since: 0 });
}

type Block = Listed & { readonly id: number; readonly ended_by: string | null };

async function blocksOf(records: Records, ip: string): Promise<readonly Block[]> {
  return records
    .selectFrom("block")
    .select(["id", "since", "ended_at", "ended_by"])
    .where("ip", "=", ip)
    .orderBy("id")
    .execute();
}

/** It was noticed only when the address was put on the list anew, so the audit trail has no entry of it. */
function isLostByHand({ ended_at: endedAt, ended_by: endedBy }: Block): boolean {
  return endedAt !== null && endedBy === null;
}

function toRemovedByHand({ ended_at: at }: Block): Acted {
  return {
    kind: "removed-by-hand",
    at: at ?? 0,
    who: BY_HAND,
    action: "unblock",
    reason: null,
    until: null,
    evidence: null,
    scanId: null,
    proposalId: null,
    link: null,
  };
}
