import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import type { Incoming } from "../../src/contract.ts";
import type { Discord } from "../standins/discord/discord.ts";
import { openAdapter, type AdapterStage } from "./adapter-stage.ts";

const WAIT = { timeout: 10_000, interval: 5 };

function watching(discord: Discord): Record<string, string> {
  return {
    WATCH_CHANNELS: `discord:${discord.channel("soc")}`,
    WATCH_BOTS: `discord:${discord.webhook("siem")}`,
  };
}

function textIn(incoming: Incoming): string {
  return incoming.kind === "action" ? incoming.action : incoming.text;
}

/** The part of a conversation's id that says how it hangs. */
function hanging({ conversation }: Incoming): string {
  return conversation.split(":")[3] ?? "";
}

describe("commands", () => {
  test.each([
    ["vtip", { indicators: "1.2.3.4 bad.com" }, "1.2.3.4 bad.com"],
    ["vtip", {}, ""],
    ["vtip-plan", { indicators: "1.2.3.4" }, "plan 1.2.3.4"],
    ["vtip-quota", {}, "quota"],
    ["vtip-why", { ip: "1.2.3.4" }, "why 1.2.3.4"],
    ["vtip-unblock", { ip: "1.2.3.4", reason: "it is ours" }, "unblock 1.2.3.4 it is ours"],
    ["vtip-unblock", { ip: "1.2.3.4" }, "unblock 1.2.3.4"],
    ["vtip-blocklist", {}, "blocklist"],
    ["vtip-scans", {}, "scans"],
    ["vtip-cancel", { scan: "S-7K3Q" }, "cancel S-7K3Q"],
    ["vtip-help", {}, "help"],
  ])("/%s %j are the words %j", async (name, options, words) => {
    const { discord, next } = await openAdapter();

    const { ack } = await discord.slash("alice", "triage", name, options);

    const { incoming } = await next();
    expect(incoming).toEqual({
      kind: "command",
      delivery: expect.stringMatching(/^discord:i:\d+$/),
      conversation: `discord:${discord.guildId}:${discord.channel("triage")}:c:${discord.user("alice")}`,
      user: { id: `discord:${discord.user("alice")}`, name: "alice" },
      text: words,
      files: [],
    });
    expect(ack).toMatchObject({ ok: true, type: 5 });
  });

  test("a file goes along, and is read by its address without the bot's token", async () => {
    const { discord, next } = await openAdapter();

    await discord.slash("alice", "triage", "vtip", { file: { name: "list.txt", content: "1.2.3.4" } });

    const { incoming, conversation } = await next();
    const [upload] = incoming.kind === "command" ? incoming.files : [];
    expect(upload).toMatchObject({ name: "list.txt", size: 7 });
    const fetched = upload && (await conversation.fetch(upload, 100));
    expect(fetched).toMatchObject({ kind: "fetched" });
    expect(fetched?.kind === "fetched" && Buffer.from(fetched.bytes).toString()).toBe("1.2.3.4");
    expect(discord.calls("download").map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  test("in a thread hang there; in direct messages there", async () => {
    // Commands of one server are not offered in direct messages.
    const { discord, next } = await openAdapter({ env: () => ({ DISCORD_GUILD_ID: "" }) });
    const { message } = await discord.message("bob", "triage", "strange traffic");
    await discord.message("bob", "triage", "more of it", { thread: message });

    await discord.slash("alice", message.id, "vtip", { indicators: "1.2.3.4" });
    await discord.slash("alice", discord.dm("alice"), "vtip", { indicators: "1.2.3.4" });

    expect((await next(0)).incoming.conversation).toBe(
      `discord:${discord.guildId}:${message.id}:t:${discord.user("alice")}`,
    );
    expect((await next(1)).incoming.conversation).toBe(
      `discord:@me:${discord.dm("alice")}:c:${discord.user("alice")}`,
    );
  });
});

describe("messages", () => {
  let stage: AdapterStage;
  let discord: Discord;
  const ends: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const channels = [{ name: "triage" }, { name: "soc" }];
    stage = await openAdapter({ discord: { channels }, env: watching }, (end) => ends.push(end));
    ({ discord } = stage);
  });
  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
  });

  /** What came of something that was said; what is said last is always for the bot, and tells that nothing else came. */
  async function heard(say: () => Promise<unknown>): Promise<readonly Incoming[]> {
    const before = stage.accepted.length;
    await say();
    await discord.direct("dave", "end");
    await vi.waitFor(() => {
      if (!stage.accepted.slice(before).some((one) => textIn(one) === "end")) throw new Error("not yet");
    }, WAIT);
    return stage.accepted.slice(before).filter((incoming) => textIn(incoming) !== "end");
  }

  test("a mention is heard without the mention, by the bot's name or by its role", async () => {
    const [byName] = await heard(() => discord.mention("alice", "triage", "why 1.2.3.4"));
    const [byRole] = await heard(() => discord.mention("alice", "triage", "why 1.2.3.4", { byRole: true }));

    expect(byName).toMatchObject({ kind: "message", addressed: "mention", text: "why 1.2.3.4" });
    expect(byRole).toMatchObject({ kind: "message", addressed: "mention", text: "why 1.2.3.4" });
    expect(byName && hanging(byName)).toMatch(/^m\d+$/);
  });

  test("in a thread it hangs in that thread", async () => {
    const { message } = await discord.message("bob", "triage", "strange traffic");

    const [asked] = await heard(() => discord.mention("alice", "triage", "1.2.3.4", { thread: message }));

    expect(asked?.conversation).toContain(`:${message.id}:t`);
  });

  test("a direct message is for the bot, with its files", async () => {
    const files = [{ name: "a.txt", content: "1.2.3.4" }];

    const [asked] = await heard(() => discord.direct("alice", "look", { files }));

    expect(asked).toMatchObject({ addressed: "direct", text: "look", files: [{ name: "a.txt", size: 7 }] });
    expect(asked?.conversation).toContain(`discord:@me:${discord.dm("alice")}:m`);
  });

  test("in a watched channel everything is heard, in its threads too", async () => {
    const [atTop, inThread] = await heard(async () => {
      const { message } = await discord.message("bob", "soc", "seen 1.2.3.4");
      await discord.message("bob", "soc", "and 5.6.7.8", { thread: message });
    });
    const [mention] = await heard(() => discord.mention("bob", "soc", "9.9.9.9"));

    expect(atTop).toMatchObject({ addressed: "watched", text: "seen 1.2.3.4" });
    expect(inThread).toMatchObject({ addressed: "watched", text: "and 5.6.7.8" });
    expect(inThread && hanging(inThread)).toMatch(/^t\d+$/);
    expect(mention).toMatchObject({ addressed: "mention", text: "9.9.9.9" });
  });

  test("nothing else is: talk, other bots, replies that only notify the bot, edits, its own words", async () => {
    const own = await stage.adapter
      .conversation(`discord:${discord.guildId}:${discord.channel("soc")}:c:${discord.user("alice")}`)
      .post({ mark: "own", reply: { kind: "notice", tone: "info", text: "1.2.3.4" }, under: null });
    const said = discord.messages("soc").at(-1);
    expect(own).toMatchObject({ kind: "sent" });

    const all = await heard(async () => {
      await discord.message("alice", "triage", "1.2.3.4");
      await discord.message("alice", "soc", "1.2.3.4", { bot: "other" });
      await discord.message("alice", "soc", "1.2.3.4", { webhook: "other" });
      await discord.message("alice", "triage", "alert", { webhook: "siem" });
      if (said !== undefined) await discord.message("alice", "triage", "thanks", { replyTo: said });
      const { message } = await discord.message("alice", "triage", "hello");
      await discord.edit("alice", message, "1.2.3.4");
    });

    expect(all).toEqual([]);
  });

  test("alerts of a webhook that WATCH_BOTS names are read wherever they say it", async () => {
    const embeds = [
      {
        title: "Alert 1",
        description: "from **45.1.1.1**",
        fields: [{ name: "host", value: "bad.example.org" }],
        footer: { text: "rule 7" },
      },
    ];

    const [alert] = await heard(() => discord.message("dave", "soc", "see", { webhook: "siem", embeds }));

    expect(alert).toMatchObject({
      addressed: "watched",
      text: "see\nAlert 1\nfrom **45.1.1.1**\nhost\nbad.example.org\nrule 7",
      user: { id: `discord:${discord.webhook("siem")}` },
    });
  });

  test("Check with vtip takes anybody's message, and hangs under it", async () => {
    const { message } = await discord.message("bob", "triage", "have you seen <1.2.3.4>?", {
      files: [{ name: "a.txt", content: "5.6.7.8" }],
    });
    const { message: alert } = await discord.message("bob", "triage", "", {
      bot: "other",
      embeds: [{ description: "bad.com" }],
    });

    const [asked] = await heard(() => discord.shortcut("alice", message, "Check with vtip"));
    const [ofBot] = await heard(() => discord.shortcut("alice", alert, "Check with vtip"));

    expect(asked).toMatchObject({
      addressed: "shortcut",
      text: "have you seen <1.2.3.4>?",
      files: [{ name: "a.txt" }],
      user: { name: "alice" },
    });
    expect(asked && hanging(asked)).toBe(`mp${message.id}`);
    expect(ofBot).toMatchObject({ text: "bad.com" });
  });

  test("a message that Discord tells twice is one request", async () => {
    const first = stage.accepted.length;
    const { message } = await discord.mention("alice", "triage", "45.9.9.9");
    await vi.waitFor(() => expect(stage.accepted.length).toBeGreaterThan(first), WAIT);
    discord.drop();
    await discord.until(
      () => discord.connections() === 1 && discord.gateway(6).length > 0,
      "a resumed connection",
    );
    await heard(async () => undefined);

    const same = stage.accepted.filter(({ delivery }) => delivery === `discord:m:${message.id}`);
    expect(same).toHaveLength(1);
  });
});

describe("without the text of messages", () => {
  test("one sentence says how to get it, and mentions, direct messages and commands work", async () => {
    const stage = await openAdapter({
      discord: { intents: [] },
      env: (discord) => ({ WATCH_CHANNELS: `discord:${discord.channel("triage")}` }),
    });
    const { discord, warnings, next } = stage;

    expect(warnings).toEqual([expect.stringMatching(/Message Content Intent/)]);
    await discord.mention("alice", "triage", "1.2.3.4");
    await discord.direct("alice", "5.6.7.8");
    await discord.slash("alice", "triage", "vtip", { indicators: "9.9.9.9" });

    const texts = await Promise.all([0, 1, 2].map(async (n) => textIn((await next(n)).incoming)));
    expect(texts.toSorted()).toEqual(["1.2.3.4", "5.6.7.8", "9.9.9.9"]);
  });

  test("it is not asked for where no channel is watched", async () => {
    const { discord } = await openAdapter({ discord: { intents: [] } });

    const [identified] = discord.gateway(2);

    expect(JSON.stringify(identified)).toMatch(/"intents":4609\b/);
  });
});
