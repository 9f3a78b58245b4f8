import { sql } from "kysely";

import type { Log } from "../log.ts";
import { lookElsewhere, thisOwner } from "./owner.ts";
import { urgentRecords, type Records } from "./records.ts";

/** How often a process says that it works. */
const BEAT_MS = 3000;
/** Who has said nothing for so long works no more: what it had is taken over. */
const DEAD_MS = 12_000;
/** A lease is used for that much of its time only, so that a slow beat makes no two holders. */
const SURE_MS = 9000;
/** Rows of processes that are long gone. */
const FORGOTTEN_MS = 86_400_000;

/** The database's clock, in ms since 1970: those of the machines may differ. */
const now = sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`;

/** This process among all on the same records. */
export interface Presence {
  /** Whether it holds the one lease there is, now: what only one of all may do is its to do. */
  isLeader(): boolean;
  /** Says at once that it works no more, so that others take over what it leaves. */
  end(): Promise<void>;
}

/**
 * Says every few seconds in PostgreSQL that this process works, and looks who else does. While the database is away it
 * knows what it knew; when it is back, and when this one begins, everybody gets the time to say so again. `mayLead`: it
 * stays, and can do what one does for all.
 */
export async function startPresence(
  shared: Records,
  log: Log,
  { mayLead }: { readonly mayLead: boolean },
): Promise<Presence> {
  // A process whose transactions all wait for their turn still works.
  const records = urgentRecords(shared);
  let lastBeatAt = performance.now();
  // It may be the end of a time in which the database was away, and nobody could say that it works.
  let seen = mayLead ? await whoWorks(records, FORGOTTEN_MS) : new Set([thisOwner]);
  let kindUntil = mayLead ? lastBeatAt + DEAD_MS : 0;
  let leadsUntil = 0;
  const newcomers = createNewcomers();

  async function beat(): Promise<void> {
    const begunAt = performance.now();
    const known = newcomers.begin();
    await sayAlive(records);
    const found = await whoWorks(records, DEAD_MS);
    const holds = mayLead && (await holdLease(records));
    const at = performance.now();
    if (at - lastBeatAt > 2 * BEAT_MS) kindUntil = at + DEAD_MS;
    seen = at < kindUntil ? new Set([...seen, ...found]) : found;
    lastBeatAt = at;
    known();
    leadsUntil = holds ? begunAt + SURE_MS : 0;
  }

  await beat();
  const stopLooking = lookElsewhere((owner) => seen.has(owner) || newcomers.mayWork(owner));
  let beating: Promise<void> = Promise.resolve();
  let isBeating = false;
  const timer = setInterval(() => {
    if (isBeating) return;
    isBeating = true;
    beating = beat()
      .catch((error: unknown) => log.warn({ err: error }, "the records do not answer"))
      .finally(() => (isBeating = false));
  }, BEAT_MS);
  timer.unref();
  return {
    isLeader: () => performance.now() < leadsUntil,
    async end() {
      clearInterval(timer);
      await beating;
      leadsUntil = 0;
      stopLooking();
      await leave(records).catch((error: unknown) => log.warn({ err: error }, "not signed off"));
    },
  };
}

/**
 * Who began after the last beat, and has written something already: it had said before that it works, so a beat that
 * begins after its name was met has seen it.
 */
export function createNewcomers() {
  const met = new Map<string, number>();
  let begun = 0;
  let finished = 0;
  return {
    /** A beat begins; what is returned says that it is done. */
    begin(): () => void {
      begun += 1;
      const mine = begun;
      return () => (finished = mine);
    },
    mayWork(owner: string): boolean {
      // At the start the first beat is fresh, and those whose work is to be taken over are unknown as well.
      if (finished < 2) return false;
      const at = met.get(owner) ?? begun;
      met.set(owner, at);
      return finished <= at;
    },
  };
}

async function sayAlive(records: Records): Promise<void> {
  await records
    .insertInto("process")
    .values({ owner: thisOwner, seen_at: now })
    .onConflict((row) => row.column("owner").doUpdateSet({ seen_at: now }))
    .execute();
}

/** Who has said so in the last `withinMs`. */
async function whoWorks(records: Records, withinMs: number): Promise<ReadonlySet<string>> {
  const rows = await records
    .selectFrom("process")
    .select("owner")
    .where("seen_at", ">", sql<number>`${now} - ${sql.lit(withinMs)}`)
    .execute();
  return new Set(rows.map(({ owner }) => owner));
}

/** Takes the lease where it is free, and keeps it where it is held. */
async function holdLease(records: Records): Promise<boolean> {
  const until = sql<number>`${now} + ${sql.lit(DEAD_MS)}`;
  const { numInsertedOrUpdatedRows } = await records
    .insertInto("lease")
    .values({ name: "housekeeping", owner: thisOwner, until })
    .onConflict((row) =>
      row
        .column("name")
        .doUpdateSet({ owner: thisOwner, until })
        .where((lease) => lease.or([lease("lease.owner", "=", thisOwner), lease("lease.until", "<", now)])),
    )
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

async function leave(records: Records): Promise<void> {
  await records.deleteFrom("lease").where("owner", "=", thisOwner).execute();
  await records
    .deleteFrom("process")
    .where((row) =>
      row.or([
        row("owner", "=", thisOwner),
        row("seen_at", "<", sql<number>`${now} - ${sql.lit(FORGOTTEN_MS)}`),
      ]),
    )
    .execute();
}
