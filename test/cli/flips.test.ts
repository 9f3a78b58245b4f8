import { expect, test } from "vitest";

import { openRecords } from "../../src/records/records.ts";
import { foundBefore } from "../lists/other-verdict.ts";
import { placeOf } from "../records/place.ts";
import { flagged, openBench } from "./program.ts";

const OBJECTS = { "45.10.0.1": flagged(0), "45.11.0.1": flagged(9) };
const SCAN = ["scan", ...Object.keys(OBJECTS)];

test.concurrent("a scan says on standard error which verdicts of listed addresses changed, once; its results stay as they are", async (context) => {
  const bench = await openBench(context, { objects: OBJECTS });
  bench.write("blacklist.txt", "45.10.0.1\n");
  bench.write("whitelist.txt", "45.11.0.0/16\n");
  const first = await bench.run([...SCAN, "--json"]);
  const records = await openRecords(placeOf(bench.path("data")));
  await foundBefore(records, "45.10.0.1", 9);
  await foundBefore(records, "45.11.0.1", 0);

  const changed = await bench.run([...SCAN, "--json"]);
  await records.deleteFrom("flip").execute();
  await records.updateTable("scan").set({ finished_at: null }).execute();
  const table = await bench.run(SCAN);
  const again = await bench.run(SCAN);
  await records.destroy();

  const said =
    "2 verdicts of listed addresses changed: 45.10.0.1 blocked, was unsafe (9/90), now clean (0/90); 45.11.0.1 whitelisted, was clean (0/90), now unsafe (9/90). To take one off the blacklist: vtip unblock IP\n";
  expect(first.stderr).not.toContain("changed");
  expect(changed.stderr).toContain(said);
  expect(withoutTimes(changed.stdout)).toBe(withoutTimes(first.stdout));
  expect(table.stderr).toContain(said);
  expect(table.stdout).not.toContain("changed");
  expect(again.stderr).not.toContain("changed");
  expect([first, changed, table, again].map(({ status }) => status)).toEqual([0, 0, 0, 0]);
});

/** The second time, all comes from the cache. */
function withoutTimes(stdout: string): string {
  return stdout
    .replaceAll(/"cached":(?:true|false)/g, '"cached":true')
    .replace(/"cached":\d+,"requests":\d+,"elapsedMs":\d+/, "");
}
