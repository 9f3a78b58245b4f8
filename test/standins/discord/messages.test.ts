import { describe, expect, test } from "vitest";

import type { Discord } from "./discord.ts";
import { answer, call, moveClock, openDiscord, pending, register } from "./open-discord.ts";

const V2 = 1 << 15;
const text = (content: string) => ({ type: 10, content });
const path = (discord: Discord, channel = "triage") =>
  `/channels/${discord.world.place(channel).id}/messages`;
const post = (discord: Discord, body: object, channel = "triage") =>
  call(discord, `POST ${path(discord, channel)}`, body);
const contents = (discord: Discord) => discord.messages("triage").map(({ content }) => content);

describe("a message", () => {
  test("is there once for each nonce that is to be unique, and does not carry it later", async () => {
    const discord = await openDiscord();
    const once = { content: "1", nonce: "n1", enforce_nonce: true };

    const first = await post(discord, once);
    const again = await post(discord, { ...once, content: "2" });
    const elsewhere = await post(discord, once, "incidents");
    const careless = await post(discord, { content: "3", nonce: "n1" });
    const read = await call(discord, `GET ${path(discord)}/${first.body.id}`);
    moveClock(3 * 60_000);
    const later = await post(discord, once);

    expect([again.body.id, elsewhere.body.id]).toEqual([first.body.id, first.body.id]);
    expect(first.body).toMatchObject({ nonce: "n1" });
    expect(read.body).not.toHaveProperty("nonce");
    expect(new Set([first, careless, later].map(({ body }) => body.id)).size).toBe(3);
    expect(contents(discord)).toEqual(["1", "3", "1"]);
  });

  test("becomes one of components v2 by an edit that empties it, and stays one", async () => {
    const discord = await openDiscord();
    const { body } = await post(discord, { content: "old" });
    const edit = (change: object) => call(discord, `PATCH ${path(discord)}/${body.id}`, change);

    const halfway = await edit({ flags: V2, components: [text("new")] });
    const whole = await edit({ flags: V2, content: null, embeds: [], components: [text("new")] });
    const back = await edit({ flags: 0, content: "old", components: [] });
    const withContent = await edit({ content: "old" });
    const without = await edit({ components: [text("newer")] });

    expect([halfway, whole, back, withContent, without].map(({ code }) => code)).toEqual([
      50035,
      undefined,
      50035,
      50035,
      undefined,
    ]);
    expect(discord.messages("triage")[0]).toMatchObject({ flags: V2, components: [text("newer")] });
    expect(discord.messages("triage")[0]?.versions).toHaveLength(3);
  });

  test("is edited and deleted by who wrote it alone", async () => {
    const discord = await openDiscord();
    const { message } = await discord.message("alice", "triage", "mine");
    const { body } = await post(discord, { content: "own" });
    const at = (id: string) => `${path(discord)}/${id}`;

    expect((await call(discord, `PATCH ${at(message.id)}`, { content: "x" })).code).toBe(50005);
    expect((await call(discord, `DELETE ${at(message.id)}`)).code).toBe(50013);
    expect((await call(discord, `DELETE ${at(body.id)}`)).status).toBe(204);
    expect((await call(discord, `PATCH ${at(body.id)}`, { content: "x" })).code).toBe(10008);
    expect((await call(discord, `GET ${path(discord, "incidents")}/${message.id}`)).code).toBe(10008);
    expect((await call(discord, "GET /channels/42/messages")).code).toBe(10003);
    expect(contents(discord)).toEqual(["mine"]);
  });

  test("answers one that is there, or none where that is said to be fine", async () => {
    const discord = await openDiscord();
    const { message } = await discord.message("alice", "triage", "?");
    const reply = (message_id: string, more = {}) =>
      post(discord, { content: "!", message_reference: { message_id, ...more } });

    const good = await reply(message.id);
    const bad = await reply("1");
    const fine = await reply("1", { fail_if_not_exists: false });

    expect(good.body).toMatchObject({
      type: 19,
      message_reference: { message_id: message.id },
      referenced_message: { content: "?" },
    });
    expect(bad.errors).toEqual(["message_reference: MESSAGE_REFERENCE_UNKNOWN_MESSAGE"]);
    expect(fine.body).toMatchObject({ type: 0 });
  });

  test("notifies those whom it names, unless it may not", async () => {
    const discord = await openDiscord();
    await register(discord);
    const [alice, analysts] = [discord.user("alice"), discord.role("analysts")];
    const { message } = await discord.message("bob", "triage", "?");
    const message_reference = { message_id: message.id };
    const none = { parse: [] };

    await post(discord, {
      content: `<@${alice}> <@&${analysts}> @everyone`,
      message_reference,
      allowed_mentions: none,
    });
    await post(discord, { content: `code \`<@${alice}> @here\`` });
    await post(discord, { flags: V2, components: [text(`<@${alice}> <@&${analysts}>`)] });
    await post(discord, { content: "@here", message_reference });
    await post(discord, { content: `<@${alice}>`, allowed_mentions: { users: [alice] } });
    await post(discord, {
      content: "x",
      message_reference,
      allowed_mentions: { parse: [], replied_user: true },
    });
    const command = pending(discord, discord.slash("alice", "triage", "vtip"));
    await answer(discord, command, 4, { content: `<@${alice}>`, flags: 64 });

    const told = discord
      .pings()
      .map(({ users, roles, everyone }) => [users.map(({ name }) => name), roles, everyone]);
    expect(told).toEqual([
      [["alice"], [analysts], false],
      [["bob"], [], true],
      [["alice"], [], false],
      [["bob"], [], false],
    ]);
  });
});

describe("history", () => {
  test("is read from either end and around, newest first, a hundred at a time", async () => {
    const discord = await openDiscord();
    const ids = [];
    for (const number of [0, 1, 2, 3, 4, 5])
      ids.push((await discord.message("alice", "triage", `${number}`)).message.id);
    const read = async (query: string) => {
      const { body } = await call(discord, `GET ${path(discord)}?${query}`);
      return (body as unknown as readonly { content: string }[]).map(({ content }) => content).join("");
    };

    expect(await read("")).toBe("543210");
    expect(await read("limit=2")).toBe("54");
    expect(await read(`limit=2&before=${ids[3]}`)).toBe("21");
    expect(await read(`limit=2&after=${ids[1]}`)).toBe("32");
    expect(await read(`limit=3&around=${ids[2]}`)).toBe("321");
    expect((await call(discord, `GET ${path(discord)}?limit=101`)).errors).toEqual([
      "limit: NUMBER_TYPE_MAX",
    ]);
  });

  test("is empty without the permission to read it", async () => {
    const discord = await openDiscord({ channels: [{ name: "blind", lacks: ["READ_MESSAGE_HISTORY"] }] });
    const { message } = await discord.message("alice", "blind", "x");
    const message_reference = { message_id: message.id };

    expect((await call(discord, `GET ${path(discord, "blind")}`)).body).toEqual([]);
    expect((await call(discord, `GET ${path(discord, "blind")}/${message.id}`)).code).toBe(50013);
    expect((await post(discord, { content: "x", message_reference }, "blind")).code).toBe(160002);
  });
});

describe("the bot is refused", () => {
  test("without its token", async () => {
    const discord = await openDiscord();

    const refused = await call(discord, "GET /users/@me", undefined, { token: "wrong" });

    expect([refused.status, refused.body]).toEqual([401, { code: 0, message: "401: Unauthorized" }]);
  });

  test("what a channel does not let it do", async () => {
    const discord = await openDiscord({
      channels: [
        { name: "open" },
        { name: "mute", lacks: ["SEND_MESSAGES"] },
        { name: "paperless", lacks: ["ATTACH_FILES", "EMBED_LINKS"] },
        { name: "out", botMaySend: false },
        { name: "board", type: "forum" },
      ],
    });
    const files = [["a.txt", "x"]] as const;
    const say = (channel: string) => post(discord, { content: "x" }, channel);

    expect((await say("mute")).code).toBe(50013);
    expect((await say("out")).code).toBe(50001);
    expect((await say("board")).code).toBe(50008);
    expect(
      (await call(discord, `POST ${path(discord, "paperless")}`, { content: "x" }, { files })).code,
    ).toBe(50013);
    expect((await post(discord, { embeds: [{ title: "x" }] }, "paperless")).code).toBe(50013);
    discord.invite("out");
    discord.deny("open", "VIEW_CHANNEL");
    expect([(await say("out")).status, (await say("open")).code]).toEqual([200, 50001]);
    discord.allow("open", "VIEW_CHANNEL");
    discord.kick("out");
    expect([(await say("out")).code, (await say("open")).status]).toEqual([50001, 200]);
  });

  test("direct messages to who takes none", async () => {
    const discord = await openDiscord({ refuseDirect: ["bob"] });
    const open = (user: string) =>
      call(discord, "POST /users/@me/channels", { recipient_id: discord.user(user) });

    const [alice, bob] = [await open("alice"), await open("bob")];

    expect([alice.body.id, bob.body.id]).toEqual([discord.dm("alice"), discord.dm("bob")]);
    expect((await post(discord, { content: "x" }, discord.dm("alice"))).status).toBe(200);
    expect((await post(discord, { content: "x" }, discord.dm("bob"))).code).toBe(50007);
  });

  test("a channel that is gone", async () => {
    const discord = await openDiscord();
    const before = path(discord);

    discord.removeChannel("triage");

    expect((await call(discord, `POST ${before}`, { content: "x" })).code).toBe(10003);
  });
});

test("the bot finds itself, its guilds, roles and people", async () => {
  const discord = await openDiscord({ secondGuild: { name: "Other", channels: [{ name: "lobby" }] } });
  const get = async (path: string) => (await call(discord, `GET ${path}`)).body;

  expect(await get("/users/@me")).toMatchObject({ id: discord.botUserId, bot: true });
  expect(await get("/applications/@me")).toMatchObject({ id: discord.applicationId, flags: 1 << 19 });
  expect(await get("/oauth2/applications/@me")).toMatchObject({ bot: { id: discord.botUserId } });
  expect(await get("/users/@me/guilds")).toMatchObject([{ id: discord.guildId }, { name: "Other" }]);
  expect(await get(`/guilds/${discord.guildId}`)).toMatchObject({ name: "Company" });
  expect(await get(`/guilds/${discord.guildId}/roles`)).toMatchObject([
    { id: discord.guildId, name: "@everyone" },
    { name: "vtip", managed: true, tags: { bot_id: discord.botUserId } },
    { id: discord.role("analysts"), name: "analysts" },
  ]);
  expect(await get(`/guilds/${discord.guildId}/members/${discord.user("carol")}`)).toMatchObject({
    roles: [discord.role("analysts")],
    user: { username: "carol" },
  });
  expect((await call(discord, `GET /guilds/${discord.guildId}/members/1`)).code).toBe(10007);
  expect((await call(discord, `GET /guilds/${discord.guildId}/members?limit=10`)).code).toBe(50001);
  expect(await get(`/channels/${discord.channel("lobby")}`)).toMatchObject({ name: "lobby", type: 0 });
});
