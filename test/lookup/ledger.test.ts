import { expect, test } from "vitest";

import { createMovedClock } from "../moved-clock.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { key, MINUTE_MS, openDesk } from "./desk.ts";

test("a restart within the minute does not take the key over its limit", async () => {
  const folder = temporaryFolder();
  const clock = createMovedClock();
  const before = await openDesk({ folder, clock });
  await before.finish(["1.0.0.1", "1.0.0.2", "1.0.0.3"].map((value) => before.lookUp(value)));
  await clock.advance(10_000);

  const after = await openDesk({ folder, clock });
  const start = clock.now();
  await after.finish(["2.0.0.1", "2.0.0.2"].map((value) => after.lookUp(value)));

  expect(after.asked.map(({ at }) => at - start)).toEqual([0, 50_000]);
});

test("a request that died with its process holds its place for a window from the restart, and its budget", async () => {
  const folder = temporaryFolder();
  const clock = createMovedClock();
  const { records, keys } = await openDesk({ folder, clock, keys: [key(1, { perMinute: 1 })] });
  const startedAt = clock.now();
  const dead = {
    key: keys[0]?.id ?? "",
    lane: "list" as const,
    started_at: startedAt,
    answered_at: null,
    owner: "999999999-dead",
  };
  await records.insertInto("key_request").values(dead).execute();
  await clock.advance(5000);

  const after = await openDesk({ folder, clock, keys: [key(1, { perMinute: 1 })] });
  await after.finish([after.lookUp("1.2.3.4")]);

  expect(after.asked.map(({ at }) => at - startedAt)).toEqual([5000 + MINUTE_MS]);
});

test("a place that is given back unsent costs neither window nor budget", async () => {
  const { ledger, keys } = await openDesk({ keys: [key(1, { perMinute: 1 })] });
  const [only] = keys;
  if (only === undefined) throw new Error("the desk has no key");
  const pool = { keyIds: [only.id], listPlaces: 1 };
  const request = await ledger.reserve(only, "list", pool);
  expect(await ledger.reserve(only, "list", pool)).toBeNull();

  await ledger.release(only, request ?? -1);

  expect(await ledger.usage(only)).toEqual({ day: 0, month: 0 });
  expect(await ledger.reserve(only, "list", pool)).not.toBeNull();
});

test("what a key spent is counted by UTC day and month", async () => {
  const clock = createMovedClock("2026-11-30T23:59:30Z");
  const { ledger, lookUp, finish, keys } = await openDesk({ clock });
  await finish([lookUp("1.0.0.1"), lookUp("1.0.0.2")]);
  const [only] = keys;
  if (only === undefined) throw new Error("the desk has no key");
  expect(await ledger.usage(only)).toEqual({ day: 2, month: 2 });

  await clock.advance(30_000);

  expect(await ledger.usage(only)).toEqual({ day: 0, month: 0 });
});

test("a row that is older than any request can be holds no place, whoever seems to own it", async () => {
  const folder = temporaryFolder();
  const clock = createMovedClock();
  const { records, keys } = await openDesk({ folder, clock, keys: [key(1, { perMinute: 1 })] });
  const alive = `${process.ppid}-another`;
  const row = {
    key: keys[0]?.id ?? "",
    lane: "list" as const,
    started_at: clock.now(),
    answered_at: null,
    owner: alive,
  };
  await records.insertInto("key_request").values(row).execute();
  await clock.advance(24 * 3_600_000);

  const after = await openDesk({ folder, clock, keys: [key(1, { perMinute: 1 })] });
  await after.finish([after.lookUp("1.2.3.4")]);

  expect(after.asked).toHaveLength(1);
});
