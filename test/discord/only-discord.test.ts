import { gunzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import { openDiscordStage } from "./stage.ts";

const CALLBACK = "POST /interactions/:id/:token/callback";

describe.concurrent("what only Discord has", () => {
  test("a command with a file: both are checked together, and the file is fetched without the token", async ({
    onTestFinished,
  }) => {
    const stage = await openDiscordStage({}, onTestFinished);
    await stage.start();
    const file = { name: "list.csv", content: "ip,seen\n45.10.0.2,today\n" };

    await stage.discord.slash("alice", "triage", "vtip", { indicators: "45.10.0.1", file });
    const head = await stage.says("triage", "2 inputs:", "list.csv");
    await stage.done(head, "file");
    await stage.discord.slash("alice", "triage", "vtip-plan", { file });
    await stage.says("triage", "1 indicator: 0 to look up, 1 cached");

    expect(stage.asked().toSorted()).toEqual(["45.10.0.1", "45.10.0.2"]);
    const downloads = stage.discord.calls("download");
    expect(downloads).toHaveLength(2);
    for (const { authorization } of downloads) expect(authorization).toBeUndefined();
  });

  test("a command in a thread is answered in that thread", async ({ onTestFinished }) => {
    const stage = await openDiscordStage({ objects: { "45.10.0.1": flagged(9) } }, onTestFinished);
    await stage.start();
    const { message } = await stage.chat.message("bob", "triage", "strange traffic");
    await stage.chat.message("bob", "triage", "more of it", { thread: message });

    await stage.chat.command("alice", message.id, "45.10.0.1");
    const head = await stage.saysIn(message, "1 unsafe", "45.10.0.1");
    await stage.done(message, "proposal");
    await stage.chat.command("alice", message.id, "quota");
    await stage.whispers("alice", "VT_APIKEY1");

    expect(head.names).toEqual(["alice"]);
    expect(stage.chat.messages("triage")).toHaveLength(1);
    expect(stage.chat.under(message)).toHaveLength(5);
  });

  test("nothing is left that says the bot is thinking", async ({ onTestFinished }) => {
    const stage = await openDiscordStage({}, onTestFinished);
    await stage.start();

    for (const words of ["45.10.0.1", "help", "why 45.10.0.1", "why me", "banana", "scans", "blocklist"])
      await stage.chat.command("alice", "triage", words);
    await stage.done(await stage.says("triage", "1 input:", "45.10.0.1"), "file");

    await stage.discord.until(
      () => stage.discord.ephemeral("alice").every(({ isThinking }) => !isThinking),
      "the end of all thinking",
    );
    expect(stage.chat.alone("alice")).toHaveLength(3);
  });

  test("a scan outlives the token of its command, and so do its notes", async ({ onTestFinished }) => {
    const stage = await openDiscordStage(
      { discord: { ackMs: 3000 }, objects: allAs(addresses(8), flagged(9)) },
      onTestFinished,
    );
    await stage.start({ CONFIRM_OVER: "5" });
    await stage.chat.command("alice", "triage", addresses(8).join(" "));
    const plan = await stage.says("triage", "8 requests: start?");
    stage.discord.expireTokens();

    await stage.chat.click("alice", plan, "Start");
    stage.discord.expireTokens();
    const head = await stage.says("triage", "8 unsafe");
    await stage.done(head, "proposal");
    const card = await stage.saysIn(head, "Block 8 addresses?");
    stage.discord.fail(CALLBACK, {
      answer: { status: 404, body: { code: 10_062, message: "Unknown interaction" } },
    });
    await stage.chat.click("carol", card, "Block 8");
    await stage.whispers("carol", "Only approvers may do this");

    expect(head.id).toBe(plan.id);
    expect(stage.blocked()).toEqual([]);
  });

  test("an acknowledgement that is lost, or does not come through, stops no work and doubles none", async ({
    onTestFinished,
  }) => {
    const stage = await openDiscordStage({ discord: { ackMs: 1500 } }, onTestFinished);
    await stage.start();
    stage.discord.fail(CALLBACK, { answer: "reset", takesEffect: true }, { answer: "reset" });

    const lost = await stage.chat.command("alice", "triage", "45.10.0.1");
    const failed = await stage.chat.command("alice", "incidents", "45.10.0.2");
    const heads = [
      await stage.says("triage", "1 input:", "45.10.0.1"),
      await stage.says("incidents", "1 input:", "45.10.0.2"),
    ];
    for (const head of heads) await stage.done(head, "file");

    expect([lost.isTaken, failed.isTaken]).toEqual([true, false]);
    expect(stage.asked().toSorted()).toEqual(["45.10.0.1", "45.10.0.2"]);
    for (const channel of ["triage", "incidents"]) expect(stage.chat.messages(channel)).toHaveLength(1);
  });

  test("in a thread that was archived the card is decided all the same", async ({ onTestFinished }) => {
    const stage = await openDiscordStage({ objects: { "45.10.0.1": flagged(9) } }, onTestFinished);
    await stage.start();
    const { message } = await stage.chat.mention("alice", "triage", "45.10.0.1");
    const card = await stage.saysIn(message, "Block 1 address?");
    await stage.discord.archive(message.id);

    await stage.chat.click("bob", card, "Block 1");
    const decided = await stage.saysIn(message, "1 address blocked");

    expect(decided.id).toBe(card.id);
    expect(decided.buttons).toEqual(["Undo"]);
  });

  test("after a session is over the bot hears again", async ({ onTestFinished }) => {
    const stage = await openDiscordStage({}, onTestFinished);
    await stage.start();
    stage.discord.invalidateSession();
    await stage.discord.until(() => stage.discord.gateway(2).length === 2, "a new session");
    await stage.discord.until(() => stage.discord.connections() === 1, "a connection");

    await stage.chat.command("alice", "triage", "45.10.0.1");

    await stage.done(await stage.says("triage", "1 input:", "45.10.0.1"), "file");
    expect(stage.asked()).toEqual(["45.10.0.1"]);
  });

  test("watched channels without the intent for text: one sentence says so, and all else works", async ({
    onTestFinished,
  }) => {
    const stage = await openDiscordStage({ discord: { intents: [] } }, onTestFinished);

    const { notices } = await stage.start({ WATCH_CHANNELS: stage.chat.watched("triage") });
    const { message: watched } = await stage.chat.message("alice", "triage", "45.10.0.1");
    const { message: mention } = await stage.chat.mention("alice", "triage", "45.10.0.2");
    const { message: direct } = await stage.chat.direct("alice", "45.10.0.3");
    await stage.chat.command("alice", "triage", "45.10.0.4");
    await stage.done(mention, "file");
    await stage.done(direct, "file");
    await stage.done(await stage.says("triage", "1 input:", "45.10.0.4"), "file");

    expect(notices.filter((sentence) => sentence.includes("Message Content Intent"))).toHaveLength(1);
    expect(stage.chat.under(watched)).toEqual([]);
    expect(stage.asked().toSorted()).toEqual(["45.10.0.2", "45.10.0.3", "45.10.0.4"]);
  });

  test("a report that is larger than Discord takes there comes as csv.gz, and says so", async ({
    onTestFinished,
  }) => {
    const stage = await openDiscordStage({ discord: { attachmentSizeLimit: 6000 } }, onTestFinished);
    await stage.start();
    const ips = addresses(60);

    await stage.chat.command("alice", "triage", ips.join(" "));
    const head = await stage.says("triage", "60 inputs:");
    const { text, files } = await stage.saysIn(head, "as csv.gz: the xlsx is larger than this place takes");

    expect(text).toContain("All results");
    expect(files).toMatchObject([{ name: expect.stringMatching(/^vtip-S-\w{4}-1\.csv\.gz$/) }]);
    const rows = gunzipSync(files[0]?.bytes ?? "").toString();
    for (const ip of ips) expect(rows).toContain(ip);
  });

  test("commands of one server are registered there, once", async ({ onTestFinished }) => {
    const stage = await openDiscordStage({}, onTestFinished);
    const env = { DISCORD_GUILD_ID: stage.discord.guildId };
    await (await stage.start(env)).stop();
    await stage.start(env);

    await stage.chat.command("alice", "triage", "help");
    await stage.whispers("alice", "vtip checks suspicious indicators");

    expect(stage.discord.commands().every(({ guild_id }) => guild_id === stage.discord.guildId)).toBe(true);
    expect(stage.discord.calls().filter(({ route }) => /^PUT .*commands$/.test(route))).toHaveLength(1);
  });
});
