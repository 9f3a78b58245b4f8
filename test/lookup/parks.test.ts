import { expect, onTestFinished, test } from "vitest";

import { toKey } from "../../src/lookup/key.ts";
import { openParks } from "../../src/lookup/parks.ts";
import { openRecords } from "../../src/records/records.ts";
import { createMovedClock } from "../moved-clock.ts";
import { isOverPostgres, placeOf } from "../records/place.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { key, MINUTE_MS } from "./desk.ts";

test.skipIf(!isOverPostgres)("a key rests in every process when VirusTotal asked one for it", async () => {
  const records = await openRecords(placeOf(temporaryFolder()));
  onTestFinished(() => records.destroy());
  const clock = createMovedClock();
  const told = await openParks(records, clock, MINUTE_MS);
  const other = await openParks(records, clock, MINUTE_MS);
  const [one, two] = [toKey(key(1)), toKey(key(2))];

  await told.rest(one, 5 * MINUTE_MS, "QuotaExceededError");
  await clock.advance(1000);
  await other.learn();

  expect(other.of(one)).toMatchObject({
    until: clock.now() - 1000 + 5 * MINUTE_MS,
    reason: "QuotaExceededError",
  });
  expect(other.of(two)).toBeNull();
  await clock.advance(5 * MINUTE_MS);
  expect(other.of(one)).toBeNull();
});

test("a key rests no longer because the clock was set back", async () => {
  const records = await openRecords(placeOf(temporaryFolder()));
  onTestFinished(() => records.destroy());
  const clock = createMovedClock();
  const before = await openParks(records, clock, MINUTE_MS);
  const one = toKey(key(1));
  await before.rest(one, 5 * MINUTE_MS, "QuotaExceededError");

  await clock.advance(-24 * 60 * MINUTE_MS);
  const after = await openParks(records, clock, MINUTE_MS);

  for (const parks of [before, after]) {
    expect(parks.of(one)?.until).toBe(clock.now() + 5 * MINUTE_MS);
  }
  await clock.advance(5 * MINUTE_MS);
  await after.learn();
  for (const parks of [before, after]) expect(parks.of(one)).toBeNull();
});
