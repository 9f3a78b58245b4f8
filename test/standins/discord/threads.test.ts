import { describe, expect, test } from "vitest";

import type { Discord } from "./discord.ts";
import { answer, call, hook, openDiscord, pending, register } from "./open-discord.ts";

const post = (discord: Discord, channel: string) =>
  call(discord, `POST /channels/${channel}/messages`, { content: "x" });
const start = (
  discord: Discord,
  message: string,
  body: object = { name: "case" },
  channel = discord.channel("triage"),
) => call(discord, `POST /channels/${channel}/messages/${message}/threads`, body);

/** A thread of the bot under a message of alice. */
async function open(options = {}) {
  const discord = await openDiscord(options);
  const { message } = await discord.message("alice", "triage", "1.2.3.4");
  await start(discord, message.id);
  return { discord, head: message };
}

describe("a thread", () => {
  test("has the id of the message that it was made from, which has no other then", async () => {
    const { discord, head } = await open();

    const again = await start(discord, head.id);
    const thread = await call(discord, `GET /channels/${head.id}`);
    const message = await call(discord, `GET /channels/${discord.channel("triage")}/messages/${head.id}`);

    expect(again.code).toBe(160004);
    expect(thread.body).toMatchObject({
      id: head.id,
      type: 11,
      name: "case",
      parent_id: discord.channel("triage"),
      owner_id: discord.botUserId,
    });
    expect(message.body).toMatchObject({ flags: 32, thread: { id: head.id } });
    expect(discord.threads("triage").map(({ name }) => name)).toEqual(["case"]);
  });

  test("holds messages of its own, which do not stand in the channel", async () => {
    const { discord, head } = await open();

    const own = await post(discord, head.id);
    const { message } = await discord.message("bob", "triage", "why?", { thread: head });
    const history = (await call(discord, `GET /channels/${head.id}/messages`)).body as unknown as readonly {
      type: number;
    }[];

    expect(discord.thread("triage", head).map(({ id }) => id)).toEqual([head.id, own.body.id, message.id]);
    expect(discord.messages("triage").map(({ id }) => id)).toEqual([head.id]);
    expect(message).toMatchObject({ channel: head.id, threadOf: head.id });
    expect(history.map(({ type }) => type)).toEqual([0, 0, 21]);
  });

  test("is made by who writes under a message that has none", async () => {
    const discord = await openDiscord();
    const { message } = await discord.message("alice", "triage", "1.2.3.4");

    await discord.mention("bob", "triage", "check", { thread: message });

    expect(discord.threads("triage")).toMatchObject([
      { id: message.id, name: "1.2.3.4", ownerId: discord.user("bob") },
    ]);
  });

  test("can also stand without a message", async () => {
    const discord = await openDiscord();
    const path = `POST /channels/${discord.channel("triage")}/threads`;

    const open = await call(discord, path, { name: "open", type: 11 });
    const closed = await call(discord, path, { name: "closed" });

    expect([open.body, closed.body]).toMatchObject([{ type: 11 }, { type: 12 }]);
  });

  test("is not made where Discord has none, by whom may not, or with a name that is too long", async () => {
    const { discord, head } = await open({
      channels: [
        { name: "triage" },
        { name: "flat", lacks: ["CREATE_PUBLIC_THREADS"] },
        { name: "news", type: "announcement" },
      ],
      activeThreads: 2,
    });
    const inThread = await post(discord, head.id);
    const { message: direct } = await discord.direct("alice", "x");
    const { message: flat } = await discord.message("alice", "flat", "x");
    const { message: news } = await discord.message("alice", "news", "x");
    const { message: free } = await discord.message("alice", "triage", "x");

    expect((await start(discord, inThread.body.id, undefined, head.id)).code).toBe(50024);
    expect((await start(discord, direct.id, undefined, direct.channel)).code).toBe(50024);
    expect((await start(discord, flat.id, undefined, flat.channel)).code).toBe(50013);
    expect((await start(discord, "1")).code).toBe(10008);
    expect((await start(discord, free.id, { name: "x".repeat(101) })).errors).toEqual([
      "name: BASE_TYPE_MAX_LENGTH",
    ]);
    expect((await start(discord, free.id, { name: "" })).errors).toEqual(["name: BASE_TYPE_MIN_LENGTH"]);
    expect((await start(discord, free.id, { name: "x", auto_archive_duration: 7 })).errors).toEqual([
      "auto_archive_duration: BASE_TYPE_CHOICES",
    ]);
    expect((await start(discord, news.id, { name: "x".repeat(100) }, news.channel)).body).toMatchObject({
      type: 10,
    });
    expect((await start(discord, free.id)).code).toBe(160006);
  });
});

describe("an archived thread", () => {
  test("is active again when somebody writes, and takes no edits until then", async () => {
    const { discord, head } = await open();
    const { body } = await post(discord, head.id);
    const edit = () => call(discord, `PATCH /channels/${head.id}/messages/${body.id}`, { content: "y" });
    await discord.archive(head);

    const refused = await edit();
    const kept = await call(discord, `DELETE /channels/${head.id}/messages/${body.id}`);
    const woken = await post(discord, head.id);
    const taken = await edit();

    expect([refused.code, kept.code, woken.status, taken.status]).toEqual([50083, 50083, 200, 200]);
    expect(discord.threads("triage")[0]).toMatchObject({ archived: false });
  });

  test("is opened by who asks for that, unless it is locked", async () => {
    const { discord, head } = await open();
    const { body } = await post(discord, head.id);
    const change = (body: object) => call(discord, `PATCH /channels/${head.id}`, body);
    await discord.archive(head);
    const renamed = await change({ name: "new" });
    const opened = await change({ archived: false });
    const edited = await call(discord, `PATCH /channels/${head.id}/messages/${body.id}`, { content: "y" });
    await discord.archive(head, { locked: true });

    expect([renamed.code, opened.status, edited.status]).toEqual([50083, 200, 200]);
    expect((await post(discord, head.id)).code).toBe(160005);
    expect((await change({ archived: false })).code).toBe(50013);
  });

  test("takes no updates by buttons either", async () => {
    const { discord, head } = await open();
    const components = [{ type: 1, components: [{ type: 2, style: 1, label: "Go", custom_id: "go" }] }];
    await call(discord, `POST /channels/${head.id}/messages`, { content: "x", components });
    const card = discord.thread("triage", head)[1];
    if (card === undefined) throw new Error("there is no card");
    await discord.archive(head);

    const click = pending(discord, discord.click("bob", card, "Go"));
    const update = await answer(discord, click, 7, { content: "y" });
    await answer(discord, click, 6);
    const edit = await call(discord, `PATCH ${hook(discord, click, "/messages/@original")}`, {
      content: "y",
    });

    expect([update.code, edit.code]).toEqual([50083, 50083]);
    expect(click.raw).toMatchObject({
      channel: { id: head.id, type: 11, thread_metadata: { archived: true } },
    });
  });
});

test("a command in a thread says so", async () => {
  const { discord, head } = await open();
  await register(discord);

  const { raw } = pending(discord, discord.slash("alice", head.id, "vtip"));

  expect(raw).toMatchObject({
    channel_id: head.id,
    channel: { type: 11, parent_id: discord.channel("triage") },
  });
});

test("a command in a locked thread cannot be answered there", async () => {
  const { discord, head } = await open();
  await register(discord);
  const command = pending(discord, discord.slash("alice", head.id, "vtip"));
  await answer(discord, command, 5);
  await discord.archive(head, { locked: true });

  const late = pending(discord, discord.slash("alice", head.id, "vtip"));

  expect((await answer(discord, late, 4, { content: "x" })).code).toBe(50083);
  expect((await call(discord, `POST ${hook(discord, command)}`, { content: "x" })).code).toBe(50083);
  expect(
    (await call(discord, `PATCH ${hook(discord, command, "/messages/@original")}`, { content: "x" })).code,
  ).toBe(50083);
});
