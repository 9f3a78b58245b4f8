import type { Incoming } from "./chat.ts";
import type { Clock } from "./model.ts";
import { isAlive, thisOwner } from "./records/owner.ts";
import { urgentRecords, type Records } from "./records/records.ts";
import { step } from "./step.ts";

/** Longer than any platform repeats a delivery. */
const REMEMBERED_MS = 24 * 3_600_000;

/** Deliveries, on disk before they are acknowledged, so that a crash loses none and a repeat is seen after a restart too. */
export interface Inbox {
  /** Writes it down; false when it was there already. */
  accept(incoming: Incoming): Promise<boolean>;
  /** It needs nothing more. What it said is not kept, only that it came. */
  close(delivery: string): Promise<void>;
  /** This run does nothing more about it now: it is open, and is taken over. */
  leave(delivery: string): void;
  /** What others accepted and did not close, or this run had to leave, in conversations that `mayTake` lets through, oldest first; from now on this run's. */
  takeOver(mayTake: (conversation: string) => boolean): Promise<readonly LeftRequest[]>;
}

/** A request that an earlier run, or another process, has left. */
export interface LeftRequest {
  readonly incoming: Incoming;
  readonly receivedAt: number;
}

export function createInbox(records: Records, clock: Clock): Inbox {
  const urgent = urgentRecords(records);
  const underWay = new Set<string>();
  return {
    async accept(incoming) {
      const { delivery } = incoming;
      // It is this run's to answer from the moment that it is written, and not left.
      const isRepeated = underWay.has(delivery);
      underWay.add(delivery);
      try {
        const isNew = await writeDown(urgent, incoming, clock.now());
        if (!isNew && !isRepeated) underWay.delete(delivery);
        return isNew;
      } catch (error) {
        if (!isRepeated) underWay.delete(delivery);
        throw error;
      }
    },
    leave: (delivery) => void underWay.delete(delivery),
    async close(delivery) {
      await records
        .updateTable("request")
        .set({ state: "done", incoming: "" })
        .where("delivery", "=", delivery)
        .execute();
      await records
        .deleteFrom("request")
        .where("received_at", "<", clock.now() - REMEMBERED_MS)
        .where("state", "=", "done")
        .execute();
      underWay.delete(delivery);
    },
    takeOver: async (mayTake) => takeOver(records, underWay, mayTake),
  };
}

async function takeOver(
  records: Records,
  underWay: Set<string>,
  mayTake: (conversation: string) => boolean,
): Promise<readonly LeftRequest[]> {
  const rows = await records
    .selectFrom("request")
    .selectAll()
    .where("state", "=", "open")
    .orderBy("received_at")
    .execute();
  const left = rows.filter(({ owner, delivery }) =>
    owner === thisOwner ? !underWay.has(delivery) : !isAlive(owner),
  );
  const taken: LeftRequest[] = [];
  for (const { delivery, incoming: text, owner, received_at: receivedAt } of left) {
    const incoming = JSON.parse(text) as Incoming;
    if (!mayTake(incoming.conversation)) continue;
    const { numUpdatedRows } = await records
      .updateTable("request")
      .set({ owner: thisOwner })
      .where("delivery", "=", delivery)
      .where("owner", "=", owner)
      .where("state", "=", "open")
      .executeTakeFirst();
    if (numUpdatedRows > 0n) taken.push({ incoming, receivedAt });
  }
  // Only now: what was taken before a fault is found again, as this run's own.
  for (const { incoming } of taken) underWay.add(incoming.delivery);
  return taken;
}

async function writeDown(records: Records, incoming: Incoming, now: number): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await records
    .insertInto("request")
    .values({
      delivery: incoming.delivery,
      received_at: now,
      state: "open",
      incoming: JSON.stringify(incoming),
      owner: thisOwner,
    })
    .onConflict((conflict) => conflict.column("delivery").doNothing())
    .executeTakeFirst();
  step("request written");
  return numInsertedOrUpdatedRows === 1n;
}
