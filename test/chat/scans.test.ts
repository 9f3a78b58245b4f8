import { expect, test } from "vitest";

import { insertScan } from "../../src/scans/scan-store.ts";
import { addresses } from "../cli/program.ts";
import { KEY, openRoom, textOf } from "./room.ts";

test("a scan that runs for long stays on the list, however many were asked for since", async () => {
  const room = await openRoom({ keys: { [KEY]: { perMinute: 1 } } });
  const run = await room.open({ VT_KEY1_PER_MINUTE: "1", VT_WINDOW_SECONDS: "60" });
  const running = run.command(addresses(3).join(" "));
  await room.until(() => room.live()?.reply.kind === "progress", "the live message");
  const options = { fresh: false, cachedOnly: false, urlLookup: "host" } as const;
  const source = { name: "later", columns: [], findings: 0, out: null };
  const later = {
    items: [],
    fingerprint: "",
    options,
    source,
    requestedBy: "room:bob",
    state: "planned",
  } as const;
  for (let at = 0; at < 25; at += 1)
    await insertScan(run.tools.records, { ...later, createdAt: Date.now() + at });

  expect(textOf(await run.bot.overview())).toMatch(/running, \d open/);
  await run.close();
  await running;
});
