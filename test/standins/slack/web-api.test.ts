import { describe, expect, test } from "vitest";

import { openSlack, section } from "./open-slack.ts";
import { call } from "./web-client.ts";

describe("the Web API", () => {
  test("knows its tokens, and which is for what", async () => {
    const slack = await openSlack();

    expect(await call(slack, "auth.test")).toMatchObject({
      ok: true,
      user_id: slack.botUserId,
      bot_id: slack.botId,
    });
    expect(await call(slack, "auth.test", {}, null)).toMatchObject({ error: "not_authed" });
    expect(await call(slack, "auth.test", {}, "xoxb-other")).toMatchObject({ error: "invalid_auth" });
    expect(await call(slack, "auth.test", {}, slack.appToken)).toMatchObject({
      error: "not_allowed_token_type",
    });
    expect(await call(slack, "apps.connections.open")).toMatchObject({ error: "not_allowed_token_type" });
    expect(await call(slack, "apps.connections.open", {}, slack.appToken)).toMatchObject({ ok: true });
    expect(await call(slack, "no.such")).toMatchObject({ error: "unknown_method" });
  });

  test("takes a token from the form too", async () => {
    const slack = await openSlack();

    expect(await call(slack, "auth.test", { token: slack.botToken }, null)).toMatchObject({ ok: true });
  });

  test("holds the bot to its scopes", async () => {
    const slack = await openSlack({ scopes: ["commands"] });

    const post = await call(slack, "chat.postMessage", { channel: "triage", text: "hi" });

    expect(post).toMatchObject({ error: "missing_scope", needed: "chat:write" });
    expect(await call(slack, "usergroups.list")).toMatchObject({
      error: "missing_scope",
      needed: "usergroups:read",
    });
  });

  test("lets the bot write and read where it is a member only", async () => {
    const slack = await openSlack({
      channels: [
        { name: "triage" },
        { name: "war-room", isPrivate: true },
        { name: "outside", botIsMember: false },
        { name: "secret", isPrivate: true, botIsMember: false },
      ],
    });
    const attempts = ["triage", "war-room", "outside", "secret", "nowhere"].map(async (name) => {
      const post = await call(slack, "chat.postMessage", { channel: name, text: "hi" });
      const note = await call(slack, "chat.postEphemeral", {
        channel: name,
        user: slack.user("alice"),
        text: "hi",
      });
      const past = await call(slack, "conversations.history", { channel: name });
      return [name, post.error, note.error, past.error];
    });

    expect(await Promise.all(attempts)).toEqual([
      ["triage", undefined, undefined, undefined],
      ["war-room", undefined, undefined, undefined],
      ["outside", "not_in_channel", "not_in_channel", "not_in_channel"],
      ["secret", "channel_not_found", "channel_not_found", "channel_not_found"],
      ["nowhere", "channel_not_found", "channel_not_found", "channel_not_found"],
    ]);
    slack.invite("outside");
    expect(await call(slack, "chat.postMessage", { channel: "outside", text: "hi" })).toMatchObject({
      ok: true,
    });
  });

  test("threads under a message that is there", async () => {
    const slack = await openSlack();
    const { ts: head = "" } = await call(slack, "chat.postMessage", { channel: "triage", text: "head" });
    const reply = (thread_ts: string) =>
      call(slack, "chat.postMessage", { channel: "triage", text: "reply", thread_ts });
    const first = await reply(head);

    expect(await reply("1700000000.000001")).toMatchObject({ error: "thread_not_found" });
    expect(await reply("17")).toMatchObject({ error: "invalid_thread_ts" });
    expect(await reply(first.ts ?? "")).toMatchObject({ error: "cannot_reply_to_message" });
    expect(slack.thread("triage", head).map(({ text }) => text)).toEqual(["head", "reply"]);
    expect(slack.messages("triage").map(({ text }) => text)).toEqual(["head"]);
  });

  test("keeps the blocks of a message that is edited without any, until it is told to take them away", async () => {
    const slack = await openSlack();
    const { ts } = await call(slack, "chat.postMessage", {
      channel: "triage",
      text: "1",
      blocks: [section("one")],
    });
    const at = { channel: slack.channel("triage"), ts };
    const now = () => slack.messages("triage")[0];

    await call(slack, "chat.update", { ...at, text: "2" });
    expect(now()?.blocks).toMatchObject([section("one")]);
    await call(slack, "chat.update", { ...at, text: "3", blocks: [section("three")] });
    expect(now()?.blocks).toMatchObject([section("three")]);
    await call(slack, "chat.update", { ...at, text: "4", blocks: [] });
    expect(now()?.blocks).toEqual([]);

    expect(now()?.versions.map(({ text, blocks }) => [text, blocks.length])).toEqual([
      ["1", 1],
      ["2", 1],
      ["3", 1],
      ["4", 0],
    ]);
  });

  test("edits and deletes what is there and everybody sees", async () => {
    const slack = await openSlack();
    const channel = slack.channel("triage");
    const { message: theirs } = await slack.message("alice", "triage", "hello");
    const note = await call(slack, "chat.postEphemeral", {
      channel,
      user: slack.user("alice"),
      text: "psst",
    });
    const update = (ts: unknown) => call(slack, "chat.update", { channel, ts, text: "new" });

    expect(await update("1700000000.000001")).toMatchObject({ error: "message_not_found" });
    expect(await update(note["message_ts"])).toMatchObject({ error: "message_not_found" });
    expect(await update(theirs.ts)).toMatchObject({ error: "cant_update_message" });
    const { ts } = await call(slack, "chat.postMessage", { channel, text: "mine" });
    expect(await call(slack, "chat.delete", { channel, ts })).toMatchObject({ ok: true });
    expect(slack.messages("triage").map(({ text }) => text)).toEqual(["hello"]);
    expect(slack.ephemeral("alice").map(({ text }) => text)).toEqual(["psst"]);
    expect(slack.ephemeral("bob")).toEqual([]);
  });

  test("gives metadata to who asks for it", async () => {
    const slack = await openSlack();
    const channel = slack.channel("triage");
    const metadata = { event_type: "scan", event_payload: { id: "S-1" } };
    const { ts } = await call(slack, "chat.postMessage", { channel, text: "head", metadata });
    const read = async (method: string, more: object) => {
      const { messages } = await call(slack, method, { channel, ts, ...more });
      return (messages as readonly { readonly metadata?: unknown }[])[0]?.metadata;
    };

    expect(await read("conversations.replies", {})).toBeUndefined();
    expect(await read("conversations.replies", { include_all_metadata: true })).toEqual(metadata);
    expect(await read("conversations.history", { include_all_metadata: true })).toEqual(metadata);
    expect(slack.messages("triage")[0]?.metadata).toEqual(metadata);
  });

  test("reads a channel in windows and pages", async () => {
    const slack = await openSlack();
    const channel = slack.channel("triage");
    const stamps: string[] = [];
    for (const text of ["1", "2", "3", "4"]) {
      stamps.push((await call(slack, "chat.postMessage", { channel, text })).ts ?? "");
    }
    const texts = async (more: object) => {
      const answer = await call(slack, "conversations.history", { channel, ...more });
      return (answer["messages"] as readonly { readonly text: string }[]).map(({ text }) => text).join("");
    };

    expect(await texts({})).toBe("4321");
    expect(await texts({ oldest: stamps[1] })).toBe("43");
    expect(await texts({ oldest: stamps[1], inclusive: true })).toBe("432");
    expect(await texts({ latest: stamps[1], inclusive: true, limit: 1 })).toBe("2");
    expect(await texts({ limit: 2, cursor: "2" })).toBe("21");
    expect(await call(slack, "conversations.replies", { channel, ts: "1700000000.000001" })).toMatchObject({
      error: "thread_not_found",
    });
  });

  test("links to messages, names groups and their members, and writes direct messages to a person", async () => {
    const slack = await openSlack();
    const { ts } = await call(slack, "chat.postMessage", { channel: slack.user("bob"), text: "hi" });

    const link = await call(slack, "chat.getPermalink", { channel: slack.dm("bob"), message_ts: ts });
    const groups = await call(slack, "usergroups.list", { include_users: true });
    const members = await call(slack, "usergroups.users.list", { usergroup: "S0ANALYSTS" });

    expect(link["permalink"]).toBe(`${slack.url}/archives/${slack.dm("bob")}/p${ts?.replace(".", "")}`);
    const users = [slack.user("bob"), slack.user("carol")];
    expect(groups["usergroups"]).toMatchObject([{ id: "S0ANALYSTS", handle: "analysts", users }]);
    expect(members["users"]).toEqual(users);
    expect(await call(slack, "users.info", { user: slack.user("bob") })).toMatchObject({
      user: { name: "bob" },
    });
  });
});
