import { describe, expect, test } from "vitest";

import { MODES, openStage, PLATFORMS } from "./stage.ts";

describe.concurrent.each(PLATFORMS)("the start (%s)", (mode) => {
  test("waits for a platform that is away, and then hears what is said", async ({ onTestFinished }) => {
    const stage = await openStage({ mode }, onTestFinished);
    stage.chat.failConnecting();

    const { notices } = await stage.start();
    await stage.chat.command("alice", "triage", "help");

    expect(notices.join("\n")).toMatch(new RegExp(`${stage.chat.name} cannot be reached .*tried again`));
    await stage.whispers("alice", "vtip checks suspicious indicators");
  });

  test("an idle bot stops at once", async ({ onTestFinished }) => {
    const stage = await openStage({ mode }, onTestFinished);
    const running = await stage.start();
    const askedAt = performance.now();

    await running.stop();

    // Far from the 8 s that work under way may take.
    expect(performance.now() - askedAt).toBeLessThan(5000);
  });
});

test.each(MODES)("the start ends with 3 and one sentence when credentials are refused (%s)", async (mode) => {
  const stage = await openStage({ mode });

  for (const { env, variable } of stage.chat.refused) {
    await expect(stage.start(env), variable).rejects.toMatchObject({
      exitStatus: 3,
      message: expect.stringContaining(variable),
    });
  }
});
