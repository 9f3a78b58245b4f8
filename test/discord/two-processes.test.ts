import { expect, test, vi } from "vitest";

import type { Bot } from "../../src/contract.ts";
import { notice } from "../recording-core.ts";
import { textOf } from "../standins/discord/discord.ts";
import { addProcess, openAdapter } from "./adapter-stage.ts";

/** Discord is told that it takes longer after 1 s. */
const SLOW_MS = 1050;

test("a command is answered where it was given, whichever process says that it takes longer", async () => {
  const stage = await openAdapter();
  const { discord, bot, onHandle } = stage;
  const slowly: Bot["accept"] = async (one) => {
    await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    return bot.accept(one);
  };
  await stage.adapter.stop();
  for (let n = 0; n < 3; n += 1) await addProcess(discord, { ...bot, accept: slowly });
  onHandle(async ({ conversation }) => conversation.whisper(notice("the quota")));

  await discord.slash("alice", "triage", "vtip-quota");

  await vi.waitFor(() => expect(discord.ephemeral("alice").map(textOf)).toEqual(["ℹ️ the quota"]), {
    timeout: 5000,
  });
  await discord.quiet();
  expect(discord.ephemeral("alice").map(textOf)).toEqual(["ℹ️ the quota"]);
  expect(discord.messages(discord.dm("alice"))).toEqual([]);
});

test("a process that cannot write says nothing where another one answers", async () => {
  const stage = await openAdapter();
  const { discord, bot, onHandle } = stage;
  const answered = vi.fn();
  onHandle(async ({ conversation }) => {
    await conversation.whisper(notice("the quota"));
    answered();
  });
  await addProcess(discord, {
    ...bot,
    accept: async () => {
      await vi.waitFor(() => expect(answered).toHaveBeenCalled(), { timeout: 5000 });
      throw new Error("connect ECONNREFUSED");
    },
  });

  await discord.slash("alice", "triage", "vtip-quota");

  await vi.waitFor(() => expect(answered).toHaveBeenCalled());
  await discord.quiet();
  expect(discord.ephemeral("alice").map(textOf)).toEqual(["ℹ️ the quota"]);
  expect(discord.messages(discord.dm("alice"))).toEqual([]);
});
