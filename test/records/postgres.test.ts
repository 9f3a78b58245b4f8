import { once } from "node:events";

import { sql } from "kysely";
import { pino } from "pino";
import { describe, expect, onTestFinished, test } from "vitest";

import { isAway } from "../../src/records/away.ts";
import { isAlive } from "../../src/records/owner.ts";
import { startPresence } from "../../src/records/presence.ts";
import { openRecords, type Records } from "../../src/records/records.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { isOverPostgres, placeOf } from "./place.ts";

const log = pino({ enabled: false });

async function openTwo(): Promise<readonly [Records, Records]> {
  const place = placeOf(temporaryFolder());
  const opened = [await openRecords(place), await openRecords(place)] as const;
  onTestFinished(async () => {
    for (const records of opened) await records.destroy();
  });
  return opened;
}

async function untilWaiting(records: Records, count: number): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ pid: number }>`
      select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      records,
    );
    if (rows.length >= count) return;
  }
}

describe.skipIf(!isOverPostgres)("records in PostgreSQL", () => {
  test("who begins when the database is back holds nobody for dead who could not say that it works", async () => {
    const [records] = await openTwo();
    const elsewhere = "7-0a0b0c0d-beefbeef.1-beefbeef.4026531836";
    await records
      .insertInto("process")
      .values({ owner: elsewhere, seen_at: Date.now() - 60_000 })
      .execute();

    const passing = await startPresence(records, log, { mayLead: false });
    expect(isAlive(elsewhere)).toBe(false);
    await passing.end();
    const staying = await startPresence(records, log, { mayLead: true });
    expect(isAlive(elsewhere)).toBe(true);
    await staying.end();
  });

  test("a transaction whose turn does not come in time leaves nothing to who is next on its connection", async () => {
    const [records, others] = await openTwo();
    const held = await others.startTransaction().execute();
    const waiting = expect(records.transaction().execute(async () => "begun")).rejects.toThrow(
      "canceling statement",
    );
    await untilWaiting(others, 1);

    await sql`select pg_cancel_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(others);

    await waiting;
    await expect(records.selectFrom("scan").select("id").execute()).resolves.toEqual([]);
    await held.rollback().execute();
  });

  test("a process whose transactions all wait for their turn still says that it works", async () => {
    const [records, others] = await openTwo();
    const held = await others.startTransaction().execute();
    const waiting = Array.from({ length: 12 }, async () => records.transaction().execute(async () => 1));
    await untilWaiting(others, 10);

    const presence = await startPresence(records, log, { mayLead: true });

    expect(presence.isLeader()).toBe(true);
    await held.rollback().execute();
    await Promise.all(waiting);
    await presence.end();
  });

  test("a process that is cut off within a transaction holds the others up for 20 s at most", async () => {
    const [records, others] = await openTwo();
    const over = new AbortController();
    const idle = others.transaction().execute(async (held) => {
      // As if they had passed.
      await sql`set idle_in_transaction_session_timeout = '200ms'`.execute(held);
      await once(over.signal, "abort");
      await held.selectFrom("scan").select("id").execute();
    });
    const ended = expect(idle).rejects.toSatisfy(isAway);
    await sql`select pg_sleep(0.1)`.execute(records);

    const turn = await records.transaction().execute(async () => "begun");
    over.abort();

    expect(turn).toBe("begun");
    await ended;
    const { rows } = await sql`show idle_in_transaction_session_timeout`.execute(records);
    expect(rows).toEqual([{ idle_in_transaction_session_timeout: "20s" }]);
  });
});
