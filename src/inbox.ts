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
  /** What earlier runs accepted and did not close, oldest first; from now on this run's. */
  takeOver(): Promise<readonly { readonly incoming: Incoming; readonly receivedAt: number }[]>;
}

export function createInbox(records: Records, clock: Clock): Inbox {
  const urgent = urgentRecords(records);
  return {
    accept: async (incoming) => writeDown(urgent, incoming, clock.now()),
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
    },
    async takeOver() {
      const rows = await records
        .selectFrom("request")
        .selectAll()
        .where("state", "=", "open")
        .orderBy("received_at")
        .execute();
      const left = rows.filter((row) => !isAlive(row.owner));
      for (const { delivery } of left) {
        await records
          .updateTable("request")
          .set({ owner: thisOwner })
          .where("delivery", "=", delivery)
          .execute();
      }
      return left.map((row) => ({
        incoming: JSON.parse(row.incoming) as Incoming,
        receivedAt: row.received_at,
      }));
    },
  };
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
