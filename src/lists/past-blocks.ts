import type { LetGoBy, PastBlock } from "../block-model.ts";
import { auditsOf } from "../records/audit-trail.ts";
import { inChunks } from "../records/in-chunks.ts";
import type { Records } from "../records/records.ts";
import { BY_HAND, VTIP } from "./actor.ts";
import { idOfWho } from "./approver.ts";
import type { ListChange } from "./list-change.ts";

/** So long it is said who took an address off the list, when it is proposed again. */
const REMEMBERED_MS = 30 * 86_400_000;

/** The acts by which an address is taken out before its time. */
const LET_GO = ["unblock", "undo", "let go", "whitelisted"] as const;

/** What is to be said of addresses that were blocked before; those without such a past are left out. */
export async function pastBlocks(
  records: Records,
  ips: readonly string[],
  now: number,
): Promise<readonly PastBlock[]> {
  const ended = await endedBlocks(records, ips);
  const letGo = await letGoOf(records, ips, now - REMEMBERED_MS);
  return ips.flatMap((ip) => {
    const past = { ip, ended: ended.get(ip) ?? null, letGo: letGo.get(ip) ?? null };
    return past.ended === null && past.letGo === null ? [] : [past];
  });
}

/**
 * When the blocks of these addresses end that a change makes, in ms since 1970; null: not by themselves. One that ended
 * by itself before lasts at least twice as long as that time.
 */
export async function endsOf(
  records: Records,
  { action, at, until }: Pick<ListChange, "action" | "at" | "until">,
  ips: readonly string[],
): Promise<(ip: string) => number | null> {
  if (until === null || action !== "block") return () => until;
  const ended = await endedBlocks(records, ips);
  return (ip) => Math.max(until, at + 2 * (ended.get(ip)?.lifeMs ?? 0));
}

async function endedBlocks(
  records: Records,
  ips: readonly string[],
): Promise<ReadonlyMap<string, NonNullable<PastBlock["ended"]>>> {
  const rows = await inChunks(ips, async (some) =>
    records
      .selectFrom("block")
      .select(["ip", "since", "until"])
      .where("ip", "in", some)
      .where("ended_by", "=", VTIP)
      .where("end_reason", "=", "block ended")
      .orderBy("id")
      .execute(),
  );
  const found = new Map<string, NonNullable<PastBlock["ended"]>>();
  for (const { ip, since, until } of rows) {
    if (until !== null) found.set(ip, { at: until, lifeMs: until - since });
  }
  return found;
}

async function letGoOf(
  records: Records,
  ips: readonly string[],
  since: number,
): Promise<ReadonlyMap<string, NonNullable<PastBlock["letGo"]>>> {
  const letGo = new Map<string, NonNullable<PastBlock["letGo"]>>();
  for (const { ip, at } of await lostByHand(records, ips, since))
    letGo.set(ip, { at, by: { kind: "hand" }, reason: null });
  for (const { subject, at, who, detail } of await auditsOf(records, ips, { actions: LET_GO, since })) {
    if ((letGo.get(subject)?.at ?? 0) > at) continue;
    const reason = typeof detail["reason"] === "string" ? detail["reason"] : null;
    letGo.set(subject, { at, by: toLetGoBy(who), reason });
  }
  return letGo;
}

/** Lines that were gone when their address was blocked anew; the audit trail has no act for them. */
async function lostByHand(records: Records, ips: readonly string[], since: number) {
  const rows = await inChunks(ips, async (some) =>
    records
      .selectFrom("block")
      .select(["ip", "ended_at"])
      .where("ip", "in", some)
      .where("ended_by", "is", null)
      .where("ended_at", ">=", since)
      .orderBy("id")
      .execute(),
  );
  return rows.map(({ ip, ended_at: at }) => ({ ip, at: at ?? since }));
}

function toLetGoBy(who: string): LetGoBy {
  if (who === VTIP) return { kind: "whitelist" };
  return who === BY_HAND ? { kind: "hand" } : { kind: "person", id: idOfWho(who) };
}
