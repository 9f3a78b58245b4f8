import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { showOwnCards, tidy } from "../../src/commands/chat-tidy.ts";
import { addresses, allAs, flagged } from "../cli/program.ts";
import { BOB, openRoom } from "./room.ts";

const DAY_MS = 86_400_000;

test("blocks end in time while the platform does not let a card be changed", async () => {
  const ips = addresses(2);
  const room = await openRoom({ objects: allAs(ips, flagged(9)) });
  const run = await room.open({ BLOCK_DAYS: "1" });
  for (const ip of ips) await run.command(ip);
  const cards = room.messages.filter(({ reply }) => reply.kind === "proposal");
  await run.click(`block:${cards[0]?.mark}`, BOB);
  const list = join(room.folder, "blacklist.txt");
  expect(readFileSync(list, "utf8")).toContain(ips[0]);
  // The other question is over and its card cannot be shown so.
  const { records } = run.tools;
  await records.updateTable("proposal").set({ created_at: 0 }).where("state", "=", "open").execute();
  for (let at = 0; at < 1000; at += 1) {
    room.editFaults.push(() => ({ kind: "later", afterMs: 600_000, reason: "Slack is away." }));
  }
  let minutes = 0;
  let days = 0;
  const ending = new AbortController();
  const clock = {
    now: () => Date.now() + days * DAY_MS,
    async wait(ms: number) {
      if (ms > 60_000)
        return new Promise<void>((resolve) => ending.signal.addEventListener("abort", () => resolve()));
      days = 2;
      minutes += 1;
      if (minutes > 2) ending.abort();
    },
  };

  const tidying = tidy({ ...run.tools, clock, signal: ending.signal });
  await tidying;

  expect(existsSync(list) && readFileSync(list, "utf8")).not.toContain(ips[0]);
  await run.close();
});

test("a card is changed by a process that serves its platform, though another one tidies for all", async () => {
  const [ip = ""] = addresses(1);
  const room = await openRoom({ objects: allAs([ip], flagged(9)) });
  const run = await room.open();
  await run.command(ip);
  const { records } = run.tools;
  await records.updateTable("proposal").set({ state: "expired" }).execute();
  const ending = new AbortController();
  const shown = async () =>
    (await records.selectFrom("proposal").select("shown").executeTakeFirstOrThrow()).shown;
  const clock = {
    now: () => Date.now(),
    // The minutes pass as fast as what is under way comes to its end.
    async wait() {
      await new Promise((resolve) => setImmediate(resolve));
      if ((await shown()) === "expired") ending.abort();
    },
  };

  const presence = { isLeader: () => false, end: async () => undefined };
  await showOwnCards({ ...run.tools, presence, clock, signal: ending.signal });

  expect(await shown()).toBe("expired");
  expect(JSON.stringify(room.messages.find(({ mark }) => mark.startsWith("P-"))?.reply)).toContain("expired");
  await run.close();
});
