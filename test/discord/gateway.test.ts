import { describe, expect, onTestFinished, test, vi } from "vitest";

import { createAdapter } from "../../adapters/discord/index.ts";
import { createCore, createLog } from "../recording-core.ts";
import { startDiscord, type Discord } from "../standins/discord/discord.ts";
import { environment, openAdapter } from "./adapter-stage.ts";

describe("the start", () => {
  test("ends with 3 and one sentence when Discord refuses the token", async () => {
    const discord = await startDiscord();
    onTestFinished(() => discord.stop());
    const env = { ...environment(discord), DISCORD_TOKEN: "wrong" };
    const adapter = await createAdapter(env, createLog([]));

    await expect(adapter?.start(createCore().bot)).rejects.toMatchObject({
      exitStatus: 3,
      message: expect.stringContaining("DISCORD_TOKEN"),
    });
    await adapter?.stop();
  });

  test("can be tried again when Discord is away", async () => {
    const discord = await startDiscord();
    onTestFinished(() => discord.stop());
    discord.fail("GET /gateway/bot", { answer: "reset" });
    const adapter = await createAdapter(environment(discord), createLog([]));
    onTestFinished(async () => adapter?.stop());
    const { bot } = createCore();

    await expect(adapter?.start(bot)).rejects.toThrow(/does not answer/);
    await adapter?.start(bot);

    expect(discord.connections()).toBe(1);
  });

  test.each([
    [{ DISCORD_TOKEN: "a b" }, /DISCORD_TOKEN/],
    [{ DISCORD_TOKEN: "x", DISCORD_GUILD_ID: "my server" }, /DISCORD_GUILD_ID/],
    [{ DISCORD_TOKEN: "x", DISCORD_API_URL: "http://example.com" }, /DISCORD_API_URL/],
  ])("of %j ends with 3 and the variable's name", async (env, name) => {
    await expect(createAdapter(env, createLog([]))).rejects.toThrow(
      expect.objectContaining({ exitStatus: 3, message: expect.stringMatching(name) }),
    );
  });

  test("without a token there is no adapter", async () => {
    expect(await createAdapter({}, createLog([]))).toBeNull();
  });
});

describe("the gateway", () => {
  test.each([
    ["cut", (discord: Discord) => discord.drop()],
    ["asked to come again", (discord: Discord) => discord.disconnect()],
  ])("that is %s is resumed, and what was said meanwhile is heard once", async (_, end) => {
    const { discord, accepted } = await openAdapter();
    end(discord);
    await discord.mention("alice", "triage", "1.2.3.4");
    await discord.until(() => discord.gateway(6).length > 0, "a resume");
    await discord.mention("alice", "triage", "5.6.7.8");

    await vi.waitFor(() => expect(accepted).toHaveLength(2), { timeout: 10_000 });
    expect(discord.gateway(2)).toHaveLength(1);
  });

  test("whose session is over is begun anew", async () => {
    const { discord, next } = await openAdapter();
    discord.invalidateSession();
    await discord.until(() => discord.gateway(2).length === 2, "a second session");
    await discord.until(() => discord.connections() === 1, "a connection");

    await discord.mention("alice", "triage", "1.2.3.4");

    expect((await next()).incoming).toMatchObject({ addressed: "mention" });
  });

  test("that is closed for good while the bot runs is opened again, without what is not granted any more", async () => {
    const { discord, log, next } = await openAdapter({
      env: (discord) => ({ WATCH_CHANNELS: `discord:${discord.channel("triage")}` }),
    });

    discord.closeGateway(4014);
    await discord.until(() => discord.gateway(2).length === 2, "a second session");
    await discord.until(() => discord.connections() === 1, "a connection");
    await discord.mention("alice", "triage", "1.2.3.4");

    expect((await next()).incoming).toMatchObject({ addressed: "mention" });
    expect(log.find(({ level }) => level === "error")).toMatchObject({ data: { code: 4014 } });
  });
});
