import { expect, test } from "vitest";

import type { ActionIncoming, CommandIncoming, Incoming } from "../../src/chat.ts";
import { startPlanned } from "../../src/scans/chat-scans.ts";
import { cancelScan, findScan, insertScan } from "../../src/scans/scan-store.ts";
import { pieces } from "../scans/pieces.ts";
import { ALICE, BOB, openRoom, type OpenRoom, orphan, textOf } from "./room.ts";

const PLACE = "room:1";

/** As it is when the records go away before they can say that they have written it. */
async function writeScan(run: OpenRoom, delivery: string, state: "planned" | "running"): Promise<string> {
  return insertScan(run.tools.records, {
    items: pieces(1),
    fingerprint: delivery,
    options: { fresh: false, cachedOnly: false, urlLookup: "host" },
    source: { name: "text", columns: [], findings: 1, out: null, notes: [] },
    requestedBy: ALICE.id,
    createdAt: run.tools.clock.now(),
    state,
    chat: { conversation: PLACE, delivery },
  });
}

async function handle(run: OpenRoom, incoming: Incoming): Promise<void> {
  const conversation = run.tools.conversation(PLACE);
  if (conversation === null) throw new Error("there is no such place");
  await run.bot.handle(incoming, conversation);
  await run.settled();
}

test("a scan that was written down by a command that could not go on is run when the command is taken up again", async () => {
  const room = await openRoom();
  const run = await room.open();
  const asked: CommandIncoming = {
    kind: "command",
    delivery: "again",
    conversation: PLACE,
    user: ALICE,
    text: "45.0.0.0",
    files: [],
  };
  const id = await writeScan(run, asked.delivery, "running");

  await handle(run, asked);
  await handle(run, asked);

  expect((await findScan(run.tools.records, id))?.state).toBe("done");
  expect(room.messages.filter(({ mark }) => mark.endsWith("/live"))).toHaveLength(1);
  expect(textOf(room.live()?.reply ?? { kind: "help" })).toContain("45.0.0.0");
});

test.each([
  ["Start", "start", "done"],
  ["Cancel", "cancel", "cancelled"],
] as const)(
  "a scan whose %s could not go on is reported when the press is taken up again",
  async (_, action, end) => {
    const room = await openRoom();
    const run = await room.open();
    const id = await writeScan(run, "planned", "planned");
    const scan = await findScan(run.tools.records, id);
    if (scan === null) throw new Error("the scan is not there");
    await (action === "start"
      ? startPlanned(run.tools.records, scan, false)
      : cancelScan(run.tools.records, id, run.tools.clock.now()));
    const press: ActionIncoming = {
      kind: "action",
      delivery: "pressed",
      conversation: PLACE,
      user: BOB,
      action: `${action}:${id}`,
      values: {},
    };

    await Promise.all([handle(run, press), handle(run, { ...press, delivery: "pressed twice" })]);

    expect((await findScan(run.tools.records, id))?.state).toBe(end);
    expect(room.messages.filter(({ mark }) => mark.endsWith("/live"))).toHaveLength(1);
    const row = await run.tools.records.selectFrom("scan").select("reported").executeTakeFirst();
    expect(row?.reported).toBe(1);
  },
);

test("one scan whose records cannot be read keeps nothing else from going on", async () => {
  const room = await openRoom();
  const run = await room.open();
  const broken = await writeScan(run, "first", "running");
  const whole = await writeScan(run, "second", "running");
  await run.tools.records
    .updateTable("scan_item")
    .set({ status: "clean", facts: "{", checked_at: 1 })
    .where("scan_id", "=", broken)
    .execute();
  await run.bot.accept({
    kind: "command",
    delivery: "third",
    conversation: PLACE,
    user: ALICE,
    text: "quota",
    files: [],
  });
  await run.close();
  await orphan(room);

  const next = await room.open();

  await room.until(() => room.whispers.length > 0, "the quota");
  await room.until(
    () => room.messages.some(({ mark, reply }) => mark === `${whole}/live` && reply.kind === "report"),
    "the other report",
  );
  await next.close();
});
