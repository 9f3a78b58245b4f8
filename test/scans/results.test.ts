import { expect, onTestFinished, test } from "vitest";

import { systemClock } from "../../src/clock.ts";
import type { Status } from "../../src/model.ts";
import { openRecords } from "../../src/records/records.ts";
import { itemsFrom, writeItems } from "../../src/scans/item-store.ts";
import { byStatus } from "../../src/scans/results.ts";
import { insertScan } from "../../src/scans/scan-store.ts";
import { placeOf } from "../records/place.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { pieces } from "./pieces.ts";

/** Of three items one is unsafe, one clean and one open. */
const STATUSES = ["unsafe", "clean", null] as const;

async function scanOf(count: number) {
  const records = await openRecords(placeOf(temporaryFolder()));
  onTestFinished(() => records.destroy());
  const id = await insertScan(records, {
    items: pieces(count),
    fingerprint: "f",
    options: { fresh: false, cachedOnly: false, urlLookup: "host" },
    source: { name: "list", columns: [], findings: count, out: null },
    requestedBy: "local:console",
    createdAt: 1,
  });
  const rows = await itemsFrom(records, id, 0, count);
  await writeItems(
    records,
    rows.map((row) => ({ ...row, status: STATUSES[row.position % 3] ?? null })),
  );
  const tools = {
    records,
    clock: systemClock,
    cacheMs: 0,
    cacheUnknownMs: 0,
    listings: () => () => ({ list: "none", entry: null }) as const,
  };
  return { id, tools };
}

test.each([1, 3, 499, 500, 501, 1501])(
  "of %i items each is found once, by status and then by place",
  async (count) => {
    const { id, tools } = await scanOf(count);
    const asked: readonly Status[] = ["clean", "unknown", "skipped", "unsafe"];

    const found: string[] = [];
    for await (const { position, result } of byStatus(tools, id, asked, "open")) {
      found.push(`${position} ${result.status}`);
    }

    const places = (rest: number) =>
      Array.from({ length: count }, (_, at) => at).filter((at) => at % 3 === rest);
    expect(found).toEqual([
      ...places(1).map((at) => `${at} clean`),
      ...places(2).map((at) => `${at} skipped`),
      ...places(0).map((at) => `${at} unsafe`),
    ]);
  },
);
