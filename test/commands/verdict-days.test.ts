import { expect, onTestFinished, test } from "vitest";

import { createVerdictDays } from "../../src/commands/verdict-days.ts";
import type { Status } from "../../src/model.ts";
import { openRecords, type Records } from "../../src/records/records.ts";
import { itemsFrom, writeItems } from "../../src/scans/item-store.ts";
import { finishScan, insertScan } from "../../src/scans/scan-store.ts";
import { createMovedClock } from "../moved-clock.ts";
import { placeOf } from "../records/place.ts";
import { pieces } from "../scans/pieces.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const TODAY = "2026-11-21T10:00:00Z";

async function open() {
  const records = await openRecords(placeOf(temporaryFolder()));
  onTestFinished(() => records.destroy());
  const clock = createMovedClock(TODAY);
  return { records, ask: createVerdictDays({ records, clock }) };
}

/** A scan that was begun at this time; null: an item without an answer. */
async function scan(records: Records, begun: string, statuses: readonly (Status | null)[]): Promise<string> {
  const id = await insertScan(records, {
    items: pieces(statuses.length),
    fingerprint: "f",
    options: { fresh: false, cachedOnly: false, urlLookup: "host" },
    source: { name: "list", columns: [], findings: statuses.length, out: null },
    requestedBy: "local:console",
    createdAt: Date.parse(begun),
  });
  await answer(records, id, statuses);
  return id;
}

async function answer(records: Records, id: string, statuses: readonly (Status | null)[]): Promise<void> {
  const rows = await itemsFrom(records, id, 0, statuses.length);
  await writeItems(
    records,
    rows.map((row) => ({ ...row, status: statuses[row.position] ?? null })),
  );
}

async function finish(records: Records, id: string, at: string): Promise<void> {
  const end = { state: "done", finishedAt: Date.parse(at), requests: 0, elapsedMs: 0 } as const;
  await finishScan(records, id, end);
}

test("verdicts are summed up by the UTC day of their scan, of a month, and what is no verdict is left out", async () => {
  const { records, ask } = await open();
  await scan(records, "2026-10-21T23:59:59Z", ["unsafe"]);
  await scan(records, "2026-10-22T00:00:00Z", ["clean", "clean", "failed", "skipped", "rejected", null]);
  await scan(records, "2026-11-20T23:59:59Z", ["unsafe", "unknown"]);
  await scan(records, "2026-11-20T00:00:00Z", ["unsafe", "suspicious"]);
  await scan(records, "2026-11-21T00:00:00Z", ["failed"]);

  expect(await ask()).toEqual([
    { day: "2026-10-22", unsafe: 0, suspicious: 0, clean: 2, unknown: 0 },
    { day: "2026-11-20", unsafe: 2, suspicious: 1, clean: 0, unknown: 1 },
  ]);
});

test("a scan that goes on is counted anew, and so is one that was over and went on", async () => {
  const { records, ask } = await open();
  const id = await scan(records, TODAY, ["unsafe", null, null]);
  const first = await ask();
  await answer(records, id, ["unsafe", "clean", null]);
  const second = await ask();
  await finish(records, id, "2026-11-21T10:01:00Z");
  const third = await ask();
  await answer(records, id, ["unsafe", "clean", "unsafe"]);
  await finish(records, id, "2026-11-21T10:02:00Z");

  const counts = [first, second, third, await ask()].map(([day]) => [day?.unsafe, day?.clean]);

  expect(counts).toEqual([
    [1, 0],
    [1, 1],
    [1, 1],
    [2, 1],
  ]);
});

test("more scans than are counted at once are all counted, by all who ask at the same time", async () => {
  const { records, ask } = await open();
  for (let at = 0; at < 45; at += 1)
    await finish(records, await scan(records, TODAY, ["unsafe", "clean"]), TODAY);

  const [one, other] = await Promise.all([ask(), ask()]);

  expect(one).toEqual([{ day: "2026-11-21", unsafe: 45, suspicious: 0, clean: 45, unknown: 0 }]);
  expect(other).toBe(one);
});
