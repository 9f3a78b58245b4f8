import { expect, onTestFinished, test } from "vitest";

import { usageByHour } from "../../src/commands/usage.ts";
import { readConfig } from "../../src/config.ts";
import { toKey } from "../../src/lookup/key.ts";
import { openRecords } from "../../src/records/records.ts";
import { createMovedClock } from "../moved-clock.ts";
import { placeOf } from "../records/place.ts";
import { temporaryFolder } from "../temporary-folder.ts";

test("requests by hour are those of two days, of all keys and of each by its name, and no key is told", async () => {
  const records = await openRecords(placeOf(temporaryFolder()));
  onTestFinished(() => records.destroy());
  const config = readConfig({ VT_APIKEY1: "first-secret-of-the-test", VT_APIKEY2: "second-secret-of-this" });
  const [first = "", second = ""] = config.keys.map((key) => toKey(key).id);
  const rows = [
    { hour: "2026-11-19T10", key: first, used: 99 },
    { hour: "2026-11-19T11", key: first, used: 4 },
    { hour: "2026-11-21T09", key: first, used: 2 },
    { hour: "2026-11-21T09", key: second, used: 3 },
    { hour: "2026-11-21T10", key: "gone", used: 1 },
    { hour: "2026-11-21T10", key: second, used: 0 },
  ];
  await records.insertInto("key_usage_hour").values(rows).execute();

  const hours = await usageByHour({ records, config, clock: createMovedClock("2026-11-21T10:59:59Z") });

  expect(hours.map(({ hour, used }) => ({ hour, used }))).toEqual([
    { hour: "2026-11-19T11:00Z", used: 4 },
    { hour: "2026-11-21T09:00Z", used: 5 },
    { hour: "2026-11-21T10:00Z", used: 1 },
  ]);
  expect(hours[1]?.keys).toEqual(
    expect.arrayContaining([
      { name: "VT_APIKEY1 (…test)", used: 2 },
      { name: "VT_APIKEY2 (…this)", used: 3 },
    ]),
  );
  expect(hours[2]?.keys).toEqual([{ name: "a key of before", used: 1 }]);
});
