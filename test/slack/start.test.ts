import { describe, expect, test } from "vitest";

import { serverError } from "../standins/slack/slack.ts";
import { MODES, openStage } from "./stage.ts";

describe("the start", () => {
  test("waits for a Slack that is away, and then hears what is said", async () => {
    const stage = await openStage({ mode: "socket" });
    stage.slack.fail("apps.connections.open", serverError(500));

    const { notices } = await stage.start();
    await stage.slack.slash("alice", "triage", "help");

    expect(notices.join("\n")).toMatch(/slack cannot be reached .*tried again/);
    await stage.whispers("alice", "vtip checks suspicious indicators");
  });

  test.each(MODES)("ends with 3 and one sentence when Slack refuses the token (%s)", async (mode) => {
    const stage = await openStage({ mode });

    const started = stage.start({ SLACK_BOT_TOKEN: "xoxb-wrong" });

    await expect(started).rejects.toMatchObject({
      exitStatus: 3,
      message: expect.stringContaining("SLACK_BOT_TOKEN"),
    });
  });

  test("ends with 3 when the app-level token is refused", async () => {
    const stage = await openStage({ mode: "socket" });

    const started = stage.start({ SLACK_APP_TOKEN: "xapp-wrong" });

    await expect(started).rejects.toMatchObject({
      exitStatus: 3,
      message: expect.stringContaining("SLACK_APP_TOKEN"),
    });
  });

  test("an idle bot stops at once", async () => {
    const stage = await openStage({ mode: "socket" });
    const running = await stage.start();
    const askedAt = performance.now();

    await running.stop();

    // Far from the 8 s that work under way may take.
    expect(performance.now() - askedAt).toBeLessThan(5000);
  });
});
