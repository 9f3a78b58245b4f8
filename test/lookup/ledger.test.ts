import { expect, onTestFinished, test, vi } from "vitest";

import { openLedger } from "../../src/lookup/ledger.ts";
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
  const request = await ledger.reserve(only, { lane: "list", name: "ip:x" }, pool);
  expect(await ledger.reserve(only, { lane: "list", name: "ip:x" }, pool)).toBeNull();

  await ledger.release(only, Number(request));

  expect(await ledger.usage(only)).toEqual({ day: 0, month: 0 });
  expect(await ledger.reserve(only, { lane: "list", name: "ip:x" }, pool)).not.toBeNull();
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

test("what a key spent is counted by UTC hour too, and forgotten after a month", async () => {
  const folder = temporaryFolder();
  const clock = createMovedClock("2026-10-30T23:59:30Z");
  const keys = [key(1, { perMinute: 0 }), key(2)];
  const { records, lookUp, finish, ledger, ...desk } = await openDesk({ folder, clock, keys });
  await finish([lookUp("1.0.0.1"), lookUp("1.0.0.2")]);
  await clock.advance(MINUTE_MS);
  await finish([lookUp("1.0.0.3")]);
  const [, second] = desk.keys;
  if (second === undefined) throw new Error("the desk has one key");
  const request = await ledger.reserve(
    second,
    { lane: "person", name: "ip:y" },
    { keyIds: [second.id], listPlaces: 4 },
  );
  await ledger.release(second, Number(request));
  const hours = async () =>
    records
      .selectFrom("key_usage_hour")
      .select(["hour", (row) => row.fn.sum<number>("used").as("used")])
      .groupBy("hour")
      .orderBy("hour")
      .execute();

  const counted = await hours();
  await clock.advance(31 * 24 * 60 * MINUTE_MS);
  await openDesk({ folder, clock });

  expect(counted).toEqual([
    { hour: "2026-10-30T23", used: 2 },
    { hour: "2026-10-31T00", used: 1 },
  ]);
  expect(await hours()).toEqual([{ hour: "2026-10-31T00", used: 1 }]);
});

test("after the clock was set back a place comes free one window later, and not when that time comes again", async () => {
  const folder = temporaryFolder();
  const clock = createMovedClock();
  const keys = [key(1, { perMinute: 1 })];
  const before = await openDesk({ folder, clock, keys });
  await before.finish([before.lookUp("1.0.0.1")]);

  await clock.advance(-3_600_000);
  const after = await openDesk({ folder, clock, keys });
  const start = clock.now();
  await after.finish([after.lookUp("2.0.0.1")]);

  expect(after.asked.map(({ at }) => at - start)).toEqual([MINUTE_MS]);
});

test("look-ups go on when the machine's clock is set back", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  onTestFinished(() => void vi.useRealTimers());
  const desk = await openDesk({ keys: [key(1, { perMinute: 4 })] });
  await desk.finish([desk.lookUp("1.0.0.1")]);

  vi.setSystemTime(Date.now() - 24 * 3_600_000);
  await desk.finish([desk.lookUp("1.0.0.2")]);

  expect(desk.asked).toHaveLength(2);
});

test("a day that is used up keeps nobody waiting when the clock was set back to the day before", async () => {
  const clock = createMovedClock("2026-11-21T00:10:00Z");
  const desk = await openDesk({ clock, keys: [key(1, { perMinute: 4, perDay: 1 })] });
  await desk.finish([desk.lookUp("1.0.0.1")]);
  const waiting = [desk.lookUp("1.0.0.2")];
  await clock.advance(2 * MINUTE_MS);
  expect(desk.asked).toHaveLength(1);

  await clock.advance(-3_600_000);
  await desk.finish([...waiting, desk.lookUp("1.0.0.2")]);

  expect(desk.asked.map(({ at }) => new Date(at).toISOString().slice(0, 10))).toEqual([
    "2026-11-21",
    "2026-11-20",
  ]);
});

test("a place of which the database tells too late is not used, and costs nothing", async () => {
  const { records, ledger, keys } = await openDesk({ keys: [key(1, { perMinute: 1 })] });
  const [only] = keys;
  if (only === undefined) throw new Error("the desk has no key");
  const pool = { keyIds: [only.id], listPlaces: 1 };
  const wanted = { lane: "list", name: "ip:x" } as const;
  const slow = records.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return result;
    },
  });
  const options = { clock: createMovedClock(), windowMs: MINUTE_MS, timeoutMs: 40 };
  const late = await openLedger({ records: slow, ...options });

  expect(await late.reserve(only, wanted, pool)).toBeNull();

  expect(await ledger.usage(only)).toEqual({ day: 0, month: 0 });
  expect(await ledger.reserve(only, wanted, pool)).not.toBeNull();
});
