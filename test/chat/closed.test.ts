import { sql } from "kysely";
import { expect, test } from "vitest";

import { createBot } from "../../src/bot.ts";
import type { CommandIncoming } from "../../src/chat.ts";
import { createJumpingClock } from "../jumping-clock.ts";
import { ALICE, openRoom } from "./room.ts";

function command(delivery: string, conversation: string, text: string): CommandIncoming {
  return { kind: "command", delivery, conversation, user: ALICE, text, files: [] };
}

test("a request that was answered and could not be closed is closed as soon as that can be done", async () => {
  const room = await openRoom();
  const clock = createJumpingClock();
  const { bot, tools, settled } = await room.open({}, clock);
  const { records } = tools;
  const asked = command("room:1", "room:triage", "help");
  const conversation = tools.conversation(asked.conversation);
  if (conversation === null) throw new Error("there is no such place");
  await bot.accept(asked);

  await sql`alter table request rename to request_away`.execute(records);
  await bot.handle(asked, conversation);
  await sql`alter table request_away rename to request`.execute(records);
  clock.jump(5000);
  await settled();

  expect(await records.selectFrom("request").select("state").execute()).toEqual([{ state: "done" }]);
  expect(room.whispers).toHaveLength(1);
});

test("a request that was answered while the database went away is closed later, and not answered twice", async () => {
  const room = await openRoom();
  const clock = createJumpingClock();
  const { inbox, tools, settled } = await room.open({}, clock);
  const asked = command("room:2", "room:triage", "help");
  const conversation = tools.conversation(asked.conversation);
  if (conversation === null) throw new Error("there is no such place");
  let isAway = true;
  const bot = createBot(tools, {
    ...inbox,
    async close(delivery) {
      if (isAway) throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
      await inbox.close(delivery);
    },
  });
  await bot.accept(asked);

  await bot.handle(asked, conversation);
  expect(await inbox.takeOver(() => true)).toEqual([]);
  isAway = false;
  clock.jump(5000);
  await settled();

  expect(await tools.records.selectFrom("request").select("state").execute()).toEqual([{ state: "done" }]);
  expect(room.whispers).toHaveLength(1);
});

test("what was left on a platform that this process does not serve is left to who does", async () => {
  const room = await openRoom();
  const { inbox, tools } = await room.open();
  const { records } = tools;
  const asked = command("room:3", "elsewhere:triage", "45.10.0.1");
  await inbox.accept(asked);
  await records.updateTable("request").set({ owner: "999999999-gone" }).execute();

  expect(await inbox.takeOver((conversation) => conversation.startsWith("room:"))).toEqual([]);
  expect(await records.selectFrom("request").select(["state", "owner"]).execute()).toEqual([
    { state: "open", owner: "999999999-gone" },
  ]);

  expect(await inbox.takeOver(() => true)).toMatchObject([{ incoming: { delivery: "room:3" } }]);
});
