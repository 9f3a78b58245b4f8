import { Client, Events, GatewayIntentBits as Intent } from "discord.js";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";

import { startClient } from "./client.ts";
import type { Discord } from "./discord.ts";
import { call, openDiscord, register } from "./open-discord.ts";

const IDENTIFY = 2;
const RESUME = 6;
const ALL = Intent.Guilds | Intent.GuildMessages | Intent.DirectMessages | Intent.MessageContent;

interface Frame {
  readonly op: number;
  readonly d: Record<string, never>;
  readonly s: number | null;
  readonly t: string | null;
}

/** A connection without a client between. */
async function connect(discord: Discord, query = "?v=10&encoding=json") {
  const { body } = await call(discord, "GET /gateway/bot");
  const socket = new WebSocket(`${(body as unknown as { url: string }).url}${query}`);
  const heard: Frame[] = [];
  let closed = 0;
  socket.on("message", (data) => heard.push(JSON.parse((data as Buffer).toString()) as Frame));
  socket.on("error", () => {});
  const end = new Promise<number>((resolve) => {
    socket.on("close", (code) => {
      closed = code;
      resolve(code);
    });
  });
  onTestFinished(() => socket.terminate());
  await new Promise((resolve) => socket.once("open", resolve));
  const until = async (isThere: (frame: Frame) => boolean) => {
    for (;;) {
      const frame = heard.find(isThere);
      if (frame !== undefined) return frame;
      await new Promise((resolve) => socket.once("message", resolve));
    }
  };
  return {
    socket,
    end,
    until,
    heard: (event: string) => heard.filter(({ t }) => t === event).map(({ d }) => d as unknown),
    closed: () => closed,
    send: (op: number, d: unknown) => socket.send(JSON.stringify({ op, d })),
    async identify(intents: number, token = discord.token) {
      socket.send(JSON.stringify({ op: IDENTIFY, d: { token, intents, properties: {} } }));
      return Promise.race([until(({ t }) => t === "READY"), end]);
    },
  };
}

describe("a connection", () => {
  test("says hello, is ready, and tells of guilds with channels, roles and threads", async () => {
    const discord = await openDiscord();
    const { message } = await discord.message("alice", "triage", "x");
    await call(discord, `POST /channels/${discord.channel("triage")}/messages/${message.id}/threads`, {
      name: "case",
    });
    const connection = await connect(discord);

    const hello = await connection.until(({ op }) => op === 10);
    const ready = await connection.identify(ALL);
    await connection.until(({ t }) => t === "GUILD_CREATE");

    expect(hello.d).toEqual({ heartbeat_interval: 41_250 });
    expect(ready).toMatchObject({
      s: 1,
      d: {
        user: { id: discord.botUserId },
        application: { id: discord.applicationId },
        guilds: [{ id: discord.guildId, unavailable: true }],
      },
    });
    const [guild] = connection.heard("GUILD_CREATE") as [
      { channels: { name: string; permission_overwrites: unknown[] }[] },
    ];
    expect(guild).toMatchObject({ id: discord.guildId, threads: [{ id: message.id }] });
    expect(
      guild.channels.map(({ name, permission_overwrites }) => [name, permission_overwrites.length]),
    ).toEqual([
      ["triage", 0],
      ["incidents", 0],
      ["outside", 1],
    ]);
    expect(discord.connections()).toBe(1);
    expect(discord.gateway(IDENTIFY)).toMatchObject([{ connection: 1, data: { intents: ALL, token: "…" } }]);
  });

  test.each([
    ["a wrong token", (discord: Discord) => ({ token: `${discord.token}x`, intents: ALL }), 4004],
    ["intents that do not exist", (discord: Discord) => ({ token: discord.token, intents: 1 << 30 }), 4013],
    [
      "intents that are not switched on",
      (discord: Discord) => ({ token: discord.token, intents: Intent.GuildMembers }),
      4014,
    ],
  ])("is closed for %s", async (_, identify, code) => {
    const discord = await openDiscord();
    const connection = await connect(discord);

    connection.send(IDENTIFY, identify(discord));

    expect(await connection.end).toBe(code);
  });

  test("is closed for what is no frame, too long, said too early or too often, and for another version", async () => {
    const discord = await openDiscord();
    const said = async (data: string) => {
      const connection = await connect(discord);
      connection.socket.send(data);
      return connection.end;
    };
    const chatty = await connect(discord);
    for (let number = 0; number < 121; number += 1) chatty.send(1, null);
    const old = await connect(discord, "?v=9&encoding=json");
    const twice = await connect(discord);
    await twice.identify(ALL);
    void twice.identify(ALL);

    expect(await said("{")).toBe(4002);
    expect(await said(JSON.stringify({ op: 1, d: "x".repeat(4096) }))).toBe(4002);
    expect(await said(JSON.stringify({ op: 3, d: {} }))).toBe(4003);
    expect(await said(JSON.stringify({ op: 77, d: {} }))).toBe(4001);
    expect([await chatty.end, await old.end, await twice.end]).toEqual([4008, 4012, 4005]);
  });

  test("hears its heartbeats, unless they are ignored", async () => {
    const discord = await openDiscord({ heartbeatMs: 50 });
    const connection = await connect(discord);
    connection.send(1, null);
    await connection.until(({ op }) => op === 11);

    discord.ignoreHeartbeats();
    await startClient(discord);
    await discord.until(
      () => discord.gateway(RESUME).length > 0,
      "the client resumes, since nobody answers it",
    );
  });
});

describe("events come", () => {
  test("as the intents have it", async () => {
    const discord = await openDiscord();
    const [deaf, guild, direct] = [await connect(discord), await connect(discord), await connect(discord)];
    await deaf.identify(Intent.Guilds);
    await guild.identify(Intent.Guilds | Intent.GuildMessages);
    await direct.identify(Intent.DirectMessages);
    await register(discord);

    await discord.message("alice", "triage", "1");
    await discord.direct("alice", "2");
    void discord.slash("alice", "triage", "vtip");
    for (const one of [deaf, guild, direct]) await one.until(({ t }) => t === "INTERACTION_CREATE");

    expect([deaf, guild, direct].map(({ heard }) => heard("MESSAGE_CREATE").length)).toEqual([0, 1, 1]);
    expect([deaf, guild, direct].map(({ heard }) => heard("GUILD_CREATE").length)).toEqual([1, 1, 0]);
    expect(direct.heard("MESSAGE_CREATE")).toMatchObject([{ content: "2", channel_type: 1 }]);
    expect(guild.heard("MESSAGE_CREATE")).toMatchObject([
      { guild_id: discord.guildId, member: { roles: [] } },
    ]);
  });

  test("without what is said where MESSAGE_CONTENT is missing, but for mentions, direct messages and one's own", async () => {
    const discord = await openDiscord({ intents: [] });
    const connection = await connect(discord);
    await connection.identify(ALL & ~Intent.MessageContent);
    const files = [{ name: "a.txt", content: "x" }];
    const { message } = await discord.message("alice", "triage", "secret", { files });
    await discord.mention("alice", "triage", "open", { files, replyTo: message });
    await discord.direct("alice", "direct");
    await discord.mention("alice", "triage", "by role", { byRole: true });
    await call(discord, `POST /channels/${discord.channel("triage")}/messages`, { content: "own" });
    await discord.edit("alice", message, "edited");
    await connection.until(({ t }) => t === "MESSAGE_UPDATE");

    const heard = connection.heard("MESSAGE_CREATE") as {
      content: string;
      attachments: unknown[];
      referenced_message: unknown;
    }[];
    expect(heard.map(({ content, attachments }) => [content, attachments.length])).toEqual([
      ["", 0],
      [`<@${discord.botUserId}> open`, 1],
      ["direct", 0],
      ["", 0],
      ["own", 0],
    ]);
    expect(heard[1]).toMatchObject({ referenced_message: { content: "" } });
    expect(connection.heard("MESSAGE_UPDATE")).toMatchObject([{ content: "" }]);
  });

  test("from bots and webhooks too, from nobody where the bot does not look, and not for what is private", async () => {
    const discord = await openDiscord();
    const connection = await connect(discord);
    await connection.identify(ALL);

    await discord.message("alice", "outside", "unseen");
    await discord.message("alice", "triage", "alert", { bot: "siem" });
    const { message } = await discord.message("alice", "triage", "hook", {
      webhook: "splunk",
      embeds: [{ title: "t" }],
    });
    await discord.message("bob", "triage", "re", { replyTo: message });
    await discord.delete(message);
    await connection.until(({ t }) => t === "MESSAGE_DELETE");

    expect(connection.heard("MESSAGE_CREATE")).toMatchObject([
      { content: "alert", author: { id: discord.bot("siem"), bot: true } },
      { content: "hook", webhook_id: discord.webhook("splunk"), embeds: [{ title: "t" }] },
      { content: "re", type: 19, mentions: [{ username: "splunk" }] },
    ]);
    expect(connection.heard("MESSAGE_DELETE")).toEqual([
      { id: message.id, channel_id: discord.channel("triage"), guild_id: discord.guildId },
    ]);
  });

  test("to each connection that identified, and again when a person's deed is delivered again", async () => {
    const discord = await openDiscord();
    await register(discord);
    const [one, other] = [await connect(discord), await connect(discord)];
    await one.identify(ALL);
    await other.identify(ALL);

    void discord.slash("alice", "triage", "vtip");
    const [interaction] = discord.interactions();
    if (interaction !== undefined) discord.redeliver(interaction);
    const { message } = await discord.message("alice", "triage", "x");
    discord.redeliverMessage(message);
    await discord.delete(message);
    for (const connection of [one, other]) await connection.until(({ t }) => t === "MESSAGE_DELETE");

    expect([one, other].map(({ heard }) => heard("INTERACTION_CREATE").length)).toEqual([2, 2]);
    expect([one, other].map(({ heard }) => heard("MESSAGE_CREATE").length)).toEqual([2, 2]);
    expect(discord.connections()).toBe(2);
  });
});

test("a session that is no more is not resumed, nor is one that does not exist or has not come so far", async () => {
  const discord = await openDiscord();
  const first = await connect(discord);
  const ready = await first.identify(ALL);
  const resume = { token: discord.token, session_id: (ready as Frame).d["session_id"], seq: 1 };
  const ahead = await connect(discord);
  ahead.send(RESUME, { ...resume, seq: 99 });
  const stranger = await connect(discord);
  stranger.send(RESUME, { ...resume, session_id: "x" });

  discord.invalidateSession();
  const ended = await first.until(({ op }) => op === 9);
  first.send(RESUME, resume);
  await first.identify(ALL);

  expect(ended.d).toBe(false);
  expect(await ahead.end).toBe(4007);
  expect((await stranger.until(({ op }) => op === 9)).d).toBe(false);
  expect(first.heard("RESUMED")).toEqual([]);
  await discord.until(() => discord.connections() === 1, "the new session");
});

describe("the real client", () => {
  test.each(["drop", "disconnect"] as const)(
    "resumes after %s and hears what it missed once",
    async (end) => {
      const discord = await openDiscord();
      const heard: string[] = [];
      const client = await startClient(discord, (client) => {
        client.on(Events.MessageCreate, ({ content }) => void heard.push(content));
      });
      const after = new Promise<void>((resolve) => {
        client.on(Events.MessageCreate, ({ content }) => content === "after" && resolve());
      });
      await discord.message("alice", "triage", "before");

      discord[end]();
      await discord.message("alice", "triage", "meanwhile");
      await discord.until(() => discord.gateway(RESUME).length > 0, "the client resumes");
      await discord.message("alice", "triage", "after");
      await after;

      expect(heard).toEqual(["before", "meanwhile", "after"]);
      expect(discord.connections()).toBe(1);
      expect(discord.gateway(IDENTIFY)).toHaveLength(1);
    },
  );

  test("says why it cannot log in", async () => {
    const discord = await openDiscord({ intents: [] });
    const login = (token: string, intents: number) => {
      const client = new Client({ intents, rest: { api: discord.apiUrl } });
      onTestFinished(() => client.destroy());
      return client.login(token);
    };

    await expect(login(discord.token, ALL)).rejects.toThrow("disallowed intents");
    await expect(login("wrong", Intent.Guilds)).rejects.toThrow("invalid token");
  });

  test("that says goodbye leaves no session behind", async () => {
    const discord = await openDiscord();
    const client = await startClient(discord);

    await client.destroy();

    await discord.until(() => discord.connections() === 0, "no connection");
    await discord.message("alice", "triage", "x");
    expect(discord.gateway(0).at(-1)).toMatchObject({ event: "GUILD_CREATE" });
  });
});
