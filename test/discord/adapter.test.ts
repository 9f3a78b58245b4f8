import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, onTestFinished, test, vi } from "vitest";

import { createAdapter } from "../../adapters/discord/index.ts";
import type { Conversation, Post } from "../../src/contract.ts";
import { samples } from "../chat/samples.ts";
import { createCore, createLog, notice } from "../recording-core.ts";
import {
  buttonsOf,
  discordError,
  menusOf,
  rateLimited,
  serverError,
  startDiscord,
  textOf,
  type Discord,
} from "../standins/discord/discord.ts";
import { environment, openAdapter, type AdapterStage } from "./adapter-stage.ts";

const POST = "POST /channels/:id/messages";
const EDIT = "PATCH /channels/:id/messages/:id";
const CALLBACK = "POST /interactions/:id/:token/callback";

function at(
  { discord, adapter }: AdapterStage,
  channel: string,
  hanging = "c",
  user = "alice",
): Conversation {
  return adapter.conversation(
    `discord:${discord.guildId}:${discord.channel(channel)}:${hanging}:${discord.user(user)}`,
  );
}

function post(text: string, under: string | null = null): Post {
  return { mark: text, reply: notice(text), under };
}

async function sent(conversation: Conversation, one: Post): Promise<string> {
  const delivered = await conversation.post(one);
  if (delivered.kind !== "sent") throw new Error(JSON.stringify(delivered));
  return delivered.message;
}

function file(name: string, content: string): Post {
  const folder = mkdtempSync(join(tmpdir(), "vtip-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, name), content);
  return {
    mark: `S-7K3Q/${name}`,
    reply: { kind: "file", name, path: join(folder, name), text: "All results" },
    under: null,
  };
}

function idOf(ref: string): string {
  return ref.split("/")[1] ?? "";
}

async function withCard(
  kind: string,
  options: Parameters<typeof openAdapter>[0] = {},
): Promise<AdapterStage & { readonly card: string }> {
  const stage = await openAdapter(options);
  const { discord } = stage;
  const people = {
    requester: `discord:${discord.user("alice")}`,
    approver: `discord:${discord.user("bob")}`,
  };
  const reply = samples(people)[kind];
  if (reply === undefined) throw new Error(`no sample ${kind}`);
  const card = await sent(at(stage, "triage"), { mark: kind, reply, under: null });
  return { ...stage, card };
}

function cardIn(discord: Discord) {
  const [card] = discord.messages("triage");
  if (card === undefined) throw new Error("there is no card");
  return card;
}

async function withFile(content: string, options: Parameters<typeof openAdapter>[0] = {}) {
  const stage = await openAdapter(options);
  await stage.discord.direct("alice", "look", { files: [{ name: "list.txt", content }] });
  const { incoming, conversation } = await stage.next();
  const [upload] = incoming.kind === "action" ? [] : incoming.files;
  if (upload === undefined) throw new Error("there is no file");
  return { ...stage, upload, conversation };
}

async function startAgain(discord: Discord): Promise<void> {
  const adapter = await createAdapter(environment(discord), createLog([]));
  await adapter?.start(createCore().bot);
  await adapter?.stop();
}

describe("a request", () => {
  test("is on disk before it is acknowledged", async () => {
    const { discord, onAccept, next } = await openAdapter();
    let acknowledged = -1;
    onAccept(async () => {
      acknowledged = discord.calls(CALLBACK).length;
    });

    const { ack } = await discord.slash("alice", "triage", "vtip", { indicators: "1.2.3.4" });

    await next();
    expect(acknowledged).toBe(0);
    expect(ack.ok).toBe(true);
  });

  test("that cannot be written down is refused in a sentence, to the one who asked", async () => {
    const { discord, onAccept, handled } = await openAdapter();
    onAccept(async () => Promise.reject(new Error("disk full")));

    await discord.slash("alice", "triage", "vtip", { indicators: "1.2.3.4" });

    await discord.until(
      () => discord.ephemeral("alice").find((note) => textOf(note).includes("could not write")),
      "the note",
    );
    expect(handled).toEqual([]);
  });

  test("that takes long to be written down is acknowledged meanwhile, and answered", async () => {
    const { discord, onAccept, next } = await openAdapter();
    const acknowledged = new AbortController();
    onAccept(async () => void (await once(acknowledged.signal, "abort")));

    const { ack } = await discord.slash("alice", "triage", "vtip", { indicators: "1.2.3.4" });
    acknowledged.abort();

    expect(ack.ok).toBe(true);
    expect((await next()).incoming).toMatchObject({ kind: "command" });
    expect(discord.calls(CALLBACK)).toHaveLength(1);
  });

  test("that takes long and cannot be written down says so where it was acknowledged", async () => {
    const { discord, onAccept, handled } = await openAdapter();
    const acknowledged = new AbortController();
    onAccept(async () => {
      await once(acknowledged.signal, "abort");
      throw new Error("connect ECONNREFUSED");
    });

    const { ack } = await discord.slash("alice", "triage", "vtip", { indicators: "1.2.3.4" });
    acknowledged.abort();

    expect(ack.ok).toBe(true);
    await discord.until(
      () => discord.ephemeral("alice").find((note) => textOf(note).includes("could not write")),
      "the note",
    );
    expect(handled).toEqual([]);
  });

  test("that was said to the bot and cannot be written down is refused in a reply", async () => {
    const { discord, onAccept, handled } = await openAdapter();
    onAccept(async () => Promise.reject(new Error("connect ECONNREFUSED")));

    await discord.mention("alice", "triage", "1.2.3.4");

    await discord.until(
      () => discord.messages("triage").find((message) => textOf(message).includes("could not write")),
      "the reply",
    );
    expect(handled).toEqual([]);
  });

  test("that Discord delivers twice is answered once", async () => {
    const { discord, accepted, next } = await openAdapter();
    const { interaction } = await discord.slash("alice", "triage", "vtip", { indicators: "1.2.3.4" });

    discord.redeliver(interaction);
    await discord.slash("alice", "triage", "vtip", { indicators: "5.6.7.8" });
    await next(1);

    expect(accepted).toHaveLength(2);
  });

  test.each([
    ["lost", { answer: "reset" as const }],
    ["late", discordError(10_062)],
    ["lost, but arrived", { answer: "reset" as const, takesEffect: true }],
  ])("whose acknowledgement is %s is answered all the same", async (_, fault) => {
    const stage = await openAdapter({ discord: { ackMs: 300 } });
    const { discord, next } = stage;
    discord.fail(CALLBACK, fault);

    await discord.slash("alice", "triage", "vtip", { indicators: "1.2.3.4" });
    const { conversation } = await next();
    await sent(conversation, post("the answer"));

    expect(discord.messages("triage").map(textOf)).toEqual([expect.stringContaining("the answer")]);
  });
});

describe("what says that the bot is thinking", () => {
  test("is gone when the first answer stands in the channel", async () => {
    const { discord, next } = await openAdapter();

    await discord.slash("alice", "triage", "vtip", { indicators: "1.2.3.4" });
    expect(discord.ephemeral("alice")).toMatchObject([{ isThinking: true }]);
    const { conversation } = await next();
    await sent(conversation, post("the answer"));

    await discord.until(() => discord.ephemeral("alice").length === 0, "nothing private");
    expect(discord.messages("triage")).toHaveLength(1);
  });

  test("becomes the private note, and a second note is one more", async () => {
    const { discord, next } = await openAdapter();

    await discord.slash("alice", "triage", "vtip-quota");
    const { conversation } = await next();
    await conversation.whisper(notice("first"));
    await conversation.whisper(notice("second"));

    expect(discord.ephemeral("alice").map(textOf)).toEqual([
      expect.stringContaining("first"),
      expect.stringContaining("second"),
    ]);
    expect(discord.ephemeral("alice").every(({ isThinking }) => !isThinking)).toBe(true);
    expect(discord.messages("triage")).toEqual([]);
  });
});

describe("a private note", () => {
  test("goes by direct message when Discord refuses the token, at whatever time", async () => {
    const { discord, next } = await openAdapter();
    await discord.slash("alice", "triage", "vtip-quota");
    const { conversation } = await next();
    discord.expireTokens();

    await conversation.whisper(notice("the quota"));

    expect(discord.messages(discord.dm("alice")).map(textOf)).toEqual([expect.stringContaining("the quota")]);
    expect(discord.messages("triage")).toEqual([]);
  });

  test("of a request that was taken up again goes the same way", async () => {
    const stage = await openAdapter();

    await at(stage, "triage").whisper(notice("the quota"));

    const { discord } = stage;
    expect(discord.messages(discord.dm("alice")).map(textOf)).toEqual([expect.stringContaining("the quota")]);
  });

  test("about somebody else's message is never a reply to it, after a restart either", async () => {
    const stage = await openAdapter();
    const { discord } = stage;
    const { message } = await discord.message("bob", "triage", "have you seen 1.2.3.4?");

    await at(stage, "triage", `mp${message.id}`).whisper(notice("Nothing to check."));

    expect(discord.messages(discord.dm("alice")).map(textOf)).toEqual([
      expect.stringContaining("Nothing to check."),
    ]);
    expect(discord.messages("triage")).toHaveLength(1);
  });

  test("whose answer was lost stands there once", async () => {
    const { discord, onHandle } = await withCard("proposal");
    onHandle(async ({ conversation }) => conversation.whisper(notice("Only approvers may.")));
    discord.fail(CALLBACK, { answer: "reset", takesEffect: true });

    await discord.click("bob", cardIn(discord), "Block");
    await discord.until(
      () => discord.calls("PATCH /webhooks/:id/:token/messages/@original").length === 1,
      "a second try",
    );
    await discord.quiet();

    expect(discord.ephemeral("bob")).toHaveLength(1);
    expect(discord.messages(discord.dm("bob"))).toEqual([]);
  });

  test("waits as often as Discord wants to be called later", async () => {
    const stage = await openAdapter();
    const { discord } = stage;
    discord.fail("POST /users/@me/channels", { ...rateLimited(6), times: 2 });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());

    void at(stage, "triage").whisper(notice("the quota"));
    while (discord.messages(discord.dm("alice")).length === 0) {
      await new Promise(setImmediate);
      vi.advanceTimersByTime(20);
    }

    expect(discord.messages(discord.dm("alice")).map(textOf)).toEqual([expect.stringContaining("the quota")]);
  });

  test("that nobody takes is in the log, and nowhere else", async () => {
    const stage = await openAdapter({ discord: { refuseDirect: ["alice"] } });

    await at(stage, "triage").whisper(notice("the quota"));

    expect(stage.log.some(({ sentence }) => sentence === "a private note could not be delivered")).toBe(true);
    expect(stage.discord.messages("triage")).toEqual([]);
  });

  test("to who mentioned the bot is a reply that notifies nobody", async () => {
    const { discord, next } = await openAdapter();
    const { message } = await discord.mention("alice", "triage", "help");

    const { conversation } = await next();
    await conversation.whisper(notice("what I understand"));

    const [, note] = discord.messages("triage");
    expect(note).toMatchObject({ reference: message.id });
    expect(discord.pings()).toEqual([]);
    expect(discord.threads("triage")).toEqual([]);
  });
});

describe("a post", () => {
  test("of a command stands in the channel, and what follows in its thread", async () => {
    const stage = await openAdapter();
    const conversation = at(stage, "triage");

    const head = await sent(conversation, post("head"));
    const [one, two] = [
      await sent(conversation, post("one", head)),
      await sent(conversation, post("two", head)),
    ];

    const { discord } = stage;
    expect(discord.thread("triage", idOf(head)).map(({ id }) => id)).toEqual([head, one, two].map(idOf));
    expect(discord.calls("POST /channels/:id/messages/:id/threads")).toHaveLength(1);
    expect(await conversation.link(one)).toBe(
      `https://discord.com/channels/${discord.guildId}/${idOf(head)}/${idOf(one)}`,
    );
  });

  test("under a message that has a thread already goes into it, after a restart too", async () => {
    const stage = await openAdapter();
    const { discord } = stage;
    const { message } = await discord.message("bob", "triage", "strange traffic");
    await discord.message("carol", "triage", "yes", { thread: message });

    await sent(at(stage, "triage", `m${message.id}`), post("live"));

    expect(discord.thread("triage", message.id).map(textOf)).toEqual([
      "strange traffic",
      "yes",
      expect.stringContaining("live"),
    ]);
  });

  test("in a thread stays there, as a reply to who asked; what follows is none", async () => {
    const stage = await openAdapter();
    const { discord } = stage;
    const { message: head } = await discord.message("bob", "triage", "strange traffic");
    const { message: asked } = await discord.message("alice", "triage", "check", { thread: head });
    const id = `discord:${discord.guildId}:${head.id}:t${asked.id}:${discord.user("alice")}`;
    const conversation = stage.adapter.conversation(id);

    const live = await sent(conversation, post("live"));
    await sent(conversation, post("rows", live));

    const [, , first, second] = discord.thread("triage", head.id);
    expect([first?.reference, second?.reference]).toEqual([asked.id, null]);
  });

  test("in direct messages is a reply", async () => {
    const { discord, next } = await openAdapter();
    const { message } = await discord.direct("alice", "1.2.3.4");
    const { conversation } = await next();

    const live = await sent(conversation, post("live"));
    await sent(conversation, post("rows", live));

    const [, first, second] = discord.messages(discord.dm("alice"));
    expect([first?.reference, second?.reference]).toEqual([message.id, message.id]);
  });

  test.each([
    ["threads may not be made", { lacks: ["CREATE_PUBLIC_THREADS" as const] }],
    ["there are none", { type: "voice" as const }],
  ])("where %s is a reply in the channel", async (_, options) => {
    const stage = await openAdapter({ discord: { channels: [{ name: "triage", ...options }] } });
    const conversation = at(stage, "triage");

    const head = await sent(conversation, post("head"));
    const under = await sent(conversation, post("rows", head));

    const [, rows] = stage.discord.messages("triage");
    expect(rows).toMatchObject({ id: idOf(under), reference: idOf(head) });
    expect(await conversation.find(post("rows", head), Date.now())).toEqual({
      kind: "found",
      message: under,
    });
  });

  test("into a thread that was deleted goes into the channel", async () => {
    const stage = await openAdapter();
    const conversation = at(stage, "triage");
    const head = await sent(conversation, post("head"));
    await sent(conversation, post("one", head));
    stage.discord.removeChannel(idOf(head));

    const two = await sent(conversation, post("two", head));

    expect(stage.discord.messages("triage").at(-1)).toMatchObject({ id: idOf(two), reference: idOf(head) });
  });

  test("into a thread in which the bot may not write goes into the channel", async () => {
    const stage = await openAdapter({
      discord: { channels: [{ name: "triage", lacks: ["SEND_MESSAGES_IN_THREADS"] }] },
    });
    const conversation = at(stage, "triage");
    const head = await sent(conversation, post("head"));

    const rows = await sent(conversation, post("rows", head));

    expect(stage.discord.messages("triage").at(-1)).toMatchObject({ id: idOf(rows), reference: idOf(head) });
  });

  test("into an archived thread opens it; where that was locked it goes into the channel", async () => {
    const stage = await openAdapter();
    const { discord } = stage;
    const conversation = at(stage, "triage");
    const head = await sent(conversation, post("head"));
    const one = await sent(conversation, post("one", head));

    await discord.archive(idOf(head));
    await sent(conversation, post("two", head));
    await discord.archive(idOf(head));
    expect(await conversation.edit(one, notice("changed"))).toMatchObject({ kind: "sent" });
    await discord.archive(idOf(head), { locked: true });

    const three = await sent(conversation, post("three", head));
    expect(discord.messages("triage").at(-1)).toMatchObject({ id: idOf(three), reference: idOf(head) });
  });

  test("without the right to read the history is no reply, and stands there", async () => {
    const channels = [{ name: "triage", lacks: ["READ_MESSAGE_HISTORY", "CREATE_PUBLIC_THREADS"] as const }];
    const stage = await openAdapter({ discord: { channels } });
    const conversation = at(stage, "triage");

    const head = await sent(conversation, post("head"));
    await sent(conversation, post("rows", head));

    expect(stage.discord.messages("triage").map(textOf)).toEqual([
      expect.stringContaining("head"),
      expect.stringContaining("rows"),
    ]);
  });

  test("that is repeated because its answer was lost stands there once, and is found", async () => {
    const stage = await openAdapter();
    const { discord } = stage;
    const conversation = at(stage, "triage");
    discord.fail(POST, { answer: "reset", takesEffect: true }, { ...serverError(502), takesEffect: true });

    expect(await conversation.post(post("once"))).toMatchObject({ kind: "unsure" });
    expect(await conversation.post(post("once"))).toMatchObject({ kind: "unsure" });
    const found = await conversation.find(post("once"), Date.now());
    const again = await conversation.post(post("once"));

    expect(discord.messages("triage")).toHaveLength(1);
    expect(found).toEqual(again.kind === "sent" ? { kind: "found", message: again.message } : null);
  });

  test("waits for a short limit by itself, and is put off by a long one, for that channel alone", async () => {
    const stage = await openAdapter();
    const { discord } = stage;
    discord.fail(POST, rateLimited(0.05));
    await sent(at(stage, "triage"), post("soon"));
    discord.fail(POST, rateLimited(60));

    const put = await at(stage, "triage").post(post("later"));

    expect(put).toMatchObject({ kind: "later", afterMs: expect.toSatisfy((ms: number) => ms > 50_000) });
    await sent(at(stage, "incidents"), post("at once"));
  });

  test.each([
    ["before it was sent", { answer: "reset" as const }],
    ["by a fault of Discord's", serverError(500)],
    ["by an answer that cannot be read", { answer: "garbled" as const }],
  ])("that fails %s may have arrived or not", async (_, fault) => {
    const stage = await openAdapter();
    stage.discord.fail(POST, fault);

    expect(await at(stage, "triage").post(post("one"))).toMatchObject({ kind: "unsure" });
  });

  test("carries a file, and is found by its mark; a file that is gone is said", async () => {
    const stage = await openAdapter();
    const conversation = at(stage, "triage");
    const one = file("vtip-S-7K3Q.xlsx", "bytes");

    const message = await sent(conversation, one);

    expect(stage.discord.messages("triage")[0]).toMatchObject({ files: [{ name: "vtip-S-7K3Q.xlsx" }] });
    expect(stage.discord.messages("triage")[0]?.files[0]?.bytes.toString()).toBe("bytes");
    expect(await conversation.find(one, Date.now())).toEqual({ kind: "found", message });
    if (one.reply.kind === "file") rmSync(one.reply.path);
    expect(await conversation.post({ ...one, mark: "other" })).toMatchObject({ kind: "refused" });
  });

  test("with a file that may not be attached is refused, and its thread is still one", async () => {
    const channels = [{ name: "triage", lacks: ["ATTACH_FILES"] as const }];
    const stage = await openAdapter({ discord: { channels } });
    const conversation = at(stage, "triage");
    const head = await sent(conversation, post("head"));

    const refused = await conversation.post({ ...file("vtip-S-7K3Q.xlsx", "bytes"), under: head });
    await sent(conversation, post("the card", head));

    expect(refused).toMatchObject({ kind: "refused", reason: expect.stringContaining("Attach Files") });
    expect(stage.discord.thread("triage", idOf(head)).map(textOf).at(-1)).toContain("the card");
  });

  test("a larger file than the command's place takes is known before it is made", async () => {
    const { discord, next } = await openAdapter({ discord: { attachmentSizeLimit: 500_000 } });
    await discord.slash("alice", "triage", "vtip", { indicators: "1.2.3.4" });

    const { conversation } = await next();

    expect(conversation.mostFileBytes).toBe(500_000);
    // What a person with Nitro may send, the bot may not.
    const nitro = await openAdapter({ discord: { attachmentSizeLimit: 500_000_000 } });
    await nitro.discord.slash("alice", "triage", "vtip", { indicators: "1.2.3.4" });
    expect((await nitro.next()).conversation.mostFileBytes).toBe(10 * 1024 * 1024);
    expect((await openAdapter()).adapter.conversation("discord:@me:1:c:2").mostFileBytes).toBe(
      10 * 1024 * 1024,
    );
  });

  test("a file that Discord finds too large is refused in a sentence", async () => {
    const stage = await openAdapter({ discord: { attachmentSizeLimit: 10 } });

    const put = await at(stage, "triage").post(file("large.xlsx", "more than ten bytes"));

    expect(put).toMatchObject({ kind: "refused", reason: expect.stringMatching(/larger/) });
  });
});

describe("an edit", () => {
  test("of a message that is gone is refused; a fault is tried again", async () => {
    const stage = await openAdapter();
    const { discord } = stage;
    const conversation = at(stage, "triage");
    const message = await sent(conversation, post("one"));

    discord.fail(EDIT, { answer: "reset", takesEffect: true });
    expect(await conversation.edit(message, notice("two"))).toMatchObject({ kind: "later" });
    expect(await conversation.edit(message, notice("three"))).toEqual({ kind: "sent", message });
    const [seen] = discord.messages("triage");
    if (seen !== undefined) await discord.delete(seen);

    expect(await conversation.edit(message, notice("four"))).toMatchObject({
      kind: "refused",
      reason: "The message is gone.",
    });
  });
});

describe("a press", () => {
  test("is acknowledged when it was dealt with, and nothing is left to be seen", async () => {
    const { discord, next } = await withCard("proposal");

    const { ack } = await discord.click("bob", cardIn(discord), "Block");

    expect(ack).toMatchObject({ ok: true, type: 6 });
    expect((await next()).incoming).toMatchObject({ kind: "action", action: "block:P-2M8X" });
    expect(discord.ephemeral("bob")).toEqual([]);
  });

  test("is answered with the private note itself", async () => {
    const { discord, onHandle } = await withCard("proposal");
    onHandle(async ({ conversation }) => conversation.whisper(notice("Only approvers may.")));

    const { ack } = await discord.click("bob", cardIn(discord), "Block");

    expect(ack).toMatchObject({ ok: true, type: 4 });
    expect(discord.ephemeral("bob").map(textOf)).toEqual([expect.stringContaining("Only approvers may.")]);
  });

  test("that takes long is acknowledged in time, and can be told something still", async () => {
    const { discord, onHandle } = await withCard("proposal");
    const told = new AbortController();
    onHandle(async ({ conversation }) => {
      await once(told.signal, "abort");
      await conversation.whisper(notice("done after all"));
    });

    const { ack } = await discord.click("bob", cardIn(discord), "Block");
    told.abort();

    expect(ack).toMatchObject({ ok: true, type: 6 });
    await discord.until(() => discord.ephemeral("bob").length === 1, "the note");
  });

  test("of Choose… shows menus to the person alone; what is ticked there is kept in them, and sent with life and reason", async () => {
    const { discord, onHandle, accepted } = await withCard("proposal");
    const { choice } = samples({ requester: "nobody", approver: "nobody" });
    onHandle(async ({ incoming, conversation }) => {
      if (incoming.kind === "action" && incoming.action.startsWith("choose") && choice !== undefined)
        await conversation.ask(choice);
    });

    await discord.click("bob", cardIn(discord), "Choose");
    const [note] = discord.ephemeral("bob");
    const [menu] = note === undefined ? [] : menusOf(note);
    if (note === undefined || menu === undefined) throw new Error("there are no menus");
    const [first = "", second = ""] = menu.options.map(({ value }) => value);
    await discord.pick("bob", note, 0, [second]);
    await discord.pick("bob", note, 0, [first]);
    await discord.click("bob", note, buttonsOf(note)[0]?.label.split(" ")[0] ?? "");
    const modal = await discord.until(() => discord.openModal("bob"), "the form");
    await discord.submit("bob", modal, { reason: "seen in the wild" });

    await vi.waitFor(() => expect(accepted).toHaveLength(4));
    expect(accepted[3]).toMatchObject({
      kind: "action",
      action: "chosen:P-2M8X",
      values: { ips: [first], reason: ["seen in the wild"] },
    });
    await discord.until(() => discord.ephemeral("bob").length === 0, "no menus any more");
  });

  test("of Choose… that comes too late for a form says so", async () => {
    const { discord, onHandle } = await withCard("proposal", { discord: { ackMs: 300 } });
    const { choice } = samples({ requester: "nobody", approver: "nobody" });
    discord.fail(CALLBACK, discordError(10_062));
    onHandle(async ({ conversation }) => {
      if (choice !== undefined) await conversation.ask(choice);
    });

    await discord.click("bob", cardIn(discord), "Choose");

    await discord.until(() => discord.messages(discord.dm("bob")).length > 0, "a direct message");
  });

  test("of a role's member tells the roles, which are asked for otherwise", async () => {
    const { discord, adapter } = await withCard("proposal");
    const [analysts] = [discord.role("analysts")];

    expect(await adapter.groupsOf(`discord:${discord.user("bob")}`)).toContain(`discord:role:${analysts}`);
    expect(await adapter.groupsOf(`discord:${discord.user("alice")}`)).not.toContain(
      `discord:role:${analysts}`,
    );
    const asked = discord.calls("GET /guilds/:id/members/:id").length;
    await discord.click("carol", cardIn(discord), "Block");
    expect(await adapter.groupsOf(`discord:${discord.user("carol")}`)).toContain(`discord:role:${analysts}`);
    expect(discord.calls("GET /guilds/:id/members/:id")).toHaveLength(asked);
    expect(await adapter.groupsOf("discord:1234567")).toEqual([]);
    discord.fail("GET /guilds/:id/members/:id", discordError(50_001));
    expect(await adapter.groupsOf("discord:12345678")).toEqual([]);
    discord.fail("GET /guilds/:id/members/:id", serverError());
    await expect(adapter.groupsOf(`discord:${discord.user("dave")}`)).rejects.toThrow(/could not be read/);
  });
});

describe("a file that somebody shared", () => {
  test("is refused by its size before a byte is read, and while it is read", async () => {
    const { discord, upload, conversation } = await withFile("1.2.3.4 and more");

    expect(await conversation.fetch(upload, 5)).toMatchObject({ kind: "refused", reason: /larger/ });
    expect(discord.calls("download")).toEqual([]);
    expect(await conversation.fetch({ ...upload, size: null }, 5)).toMatchObject({ kind: "refused" });
    expect(await conversation.fetch(upload, 100)).toMatchObject({ kind: "fetched" });
  });

  test("whose address has run out is read by a fresh one", async () => {
    const { upload, conversation } = await withFile("1.2.3.4");
    const expired = upload.ref.replace(/ex=[0-9a-f]+/, "ex=1");
    expect(expired).not.toBe(upload.ref);

    expect(await conversation.fetch({ ...upload, ref: expired }, 100)).toMatchObject({ kind: "fetched" });
  });

  test("is read from Discord's own hosts alone", async () => {
    const { upload, conversation } = await withFile("1.2.3.4");
    for (const host of ["evil.example", "cdn.discordapp.com.evil.example", "127.0.0.1:1"]) {
      const ref = upload.ref.replace(/https?:\/\/[^/]+/, `https://${host}`);
      expect(await conversation.fetch({ ...upload, ref }, 100), host).toMatchObject({
        kind: "refused",
        reason: /outside of Discord/,
      });
    }
  });

  test("is not read from where a redirect leads; a fault says to send it again", async () => {
    const { discord, upload, conversation } = await withFile("1.2.3.4");
    discord.fail(
      "download",
      { answer: { status: 302, headers: { location: "https://evil.example/" } } },
      serverError(),
      { answer: "reset" },
    );

    expect(await conversation.fetch(upload, 100)).toMatchObject({ kind: "refused", reason: /do not follow/ });
    expect(await conversation.fetch(upload, 100)).toMatchObject({ kind: "failed", reason: /send it again/ });
    expect(await conversation.fetch(upload, 100)).toMatchObject({ kind: "failed", reason: /send it again/ });
    expect(discord.calls("download").every(({ authorization }) => authorization === undefined)).toBe(true);
  });
});

describe("the commands", () => {
  const PUT = "PUT /applications/:id/guilds/:id/commands";

  test("are registered once, and again only when they are others", async () => {
    const { discord } = await openAdapter();
    expect(discord.calls(PUT)).toHaveLength(1);
    expect(discord.commands().map(({ name }) => name)).toEqual([
      "vtip",
      "vtip-plan",
      "vtip-quota",
      "vtip-why",
      "vtip-unblock",
      "vtip-blocklist",
      "vtip-scans",
      "vtip-cancel",
      "vtip-help",
      "Check with vtip",
    ]);

    await startAgain(discord);
    expect(discord.calls(PUT)).toHaveLength(1);
  });

  test("are registered for all servers without a server's id", async () => {
    const { discord } = await openAdapter({ env: () => ({ DISCORD_GUILD_ID: "" }) });
    const adapter = await createAdapter({ ...environment(discord), DISCORD_GUILD_ID: "" }, createLog([]));
    await adapter?.start(createCore().bot);
    await adapter?.stop();

    expect(discord.calls("PUT /applications/:id/commands")).toHaveLength(1);
  });

  test("are registered later where Discord falters at the start", async () => {
    const discord = await startDiscord();
    onTestFinished(() => discord.stop());
    discord.fail(PUT, serverError());
    const adapter = await createAdapter(environment(discord), createLog([]));
    onTestFinished(async () => adapter?.stop());
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"], shouldAdvanceTime: true });
    onTestFinished(() => void vi.useRealTimers());

    const warnings = await adapter?.start(createCore().bot);
    expect(warnings).toEqual([expect.stringContaining("tried again every minute")]);
    vi.advanceTimersByTime(60_000);

    await discord.until(() => discord.commands().length > 0, "the commands");
  });

  test("that Discord does not take are told to who starts the bot, and it serves", async () => {
    const discord = await startDiscord();
    onTestFinished(() => discord.stop());
    discord.fail(PUT, discordError(50_001));
    const adapter = await createAdapter(environment(discord), createLog([]));
    onTestFinished(async () => adapter?.stop());

    const warnings = await adapter?.start(createCore().bot);

    expect(warnings).toEqual([expect.stringMatching(/applications\.commands/)]);
    expect(discord.connections()).toBe(1);
  });
});
