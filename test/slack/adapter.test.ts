import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

import { describe, expect, onTestFinished, test, vi } from "vitest";

import { createAdapter } from "../../adapters/slack/index.ts";
import type { Reply } from "../../src/contract.ts";
import { createLog, notice } from "../recording-core.ts";
import {
  buttonsOf,
  rateLimited,
  serverError,
  slackError,
  startSlack,
  textOf,
  type SeenMessage,
} from "../standins/slack/slack.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { environment, MODES, openAdapter } from "./adapter-stage.ts";

const CONFIRMATION: Reply = {
  kind: "confirmation",
  deed: "block",
  action: "block:P1:sure",
  count: 300,
  most: 200,
};
const CHOICE: Reply = {
  kind: "choice",
  proposalId: "P1",
  content: {
    toBlock: [
      { ip: "45.10.0.1", detections: 8, total: 94, engines: [], owner: null, asn: null, country: null },
      { ip: "45.10.0.2", detections: 9, total: 94, engines: [], owner: null, asn: null, country: null },
    ],
    listed: [],
    protectedOnes: [],
    spared: [],
  },
  past: [],
  blockDays: 0,
};

async function openFile(content = "1.2.3.4", described: Readonly<Record<string, unknown>> = {}) {
  const stage = await openAdapter();
  await stage.slack.direct("alice", "check", { files: [{ name: "list.txt", content, described }] });
  const { incoming, conversation } = await stage.next();
  const upload = incoming.kind === "message" ? incoming.files[0] : undefined;
  if (upload === undefined) throw new Error("no file came");
  return { ...stage, conversation, upload };
}

async function openCommand() {
  const stage = await openAdapter();
  await stage.slack.slash("alice", "triage", "8.8.8.8");
  return { ...stage, ...(await stage.next()) };
}

function post(text: string, under: string | null = null, mark = "m1") {
  return { mark, reply: notice(text), under };
}

describe.each(MODES)("what comes in (%s)", (mode) => {
  test("a command is written down before it is acknowledged, and answered in the channel", async () => {
    const stage = await openAdapter({ mode });
    let isWritten = false;
    stage.onAccept(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      isWritten = true;
    });

    const { ack } = await stage.slack.slash("alice", "triage", "8.8.8.8 evil.example");
    const { incoming, conversation } = await stage.next();
    const delivered = await conversation.post({ mark: "m1", reply: notice("checking"), under: null });

    expect(ack).toMatchObject({ ok: true, body: null });
    expect(ack.ms).toBeGreaterThanOrEqual(45);
    expect(isWritten).toBe(true);
    expect(incoming).toMatchObject({
      kind: "command",
      text: "8.8.8.8 evil.example",
      user: { id: `slack:${stage.slack.user("alice")}`, name: "alice" },
      conversation: `slack:${stage.slack.channel("triage")}::${stage.slack.user("alice")}`,
    });
    const [message] = stage.slack.messages("triage");
    expect(delivered).toEqual({ kind: "sent", message: message?.ts });
    expect(message?.metadata).toEqual({ event_type: "vtip_post", event_payload: { mark: "m1" } });
    expect(stage.slack.calls("chat.postMessage")[0]?.args).toMatchObject({
      unfurl_links: "false",
      unfurl_media: "false",
    });
  });

  test("what was delivered before is acknowledged and not answered again", async () => {
    const stage = await openAdapter({ mode });
    const { deliveries } = await stage.slack.mention("alice", "triage", "8.8.8.8", { shape: "message only" });
    await stage.next();

    const [delivery] = deliveries;
    const ack = delivery && (await stage.slack.redeliver(delivery));

    expect(ack).toMatchObject({ ok: true });
    await stage.slack.quiet();
    expect(stage.handled).toHaveLength(1);
  });

  test("a command that cannot be written down is not taken, and says so", async () => {
    const stage = await openAdapter({ mode });
    stage.onAccept(async () => {
      throw new Error("disk full");
    });

    const { ack } = await stage.slack.slash("alice", "triage", "8.8.8.8");

    expect(ack).toMatchObject({
      ok: true,
      body: { response_type: "ephemeral", text: expect.stringContaining("ask again") },
    });
    expect(stage.handled).toHaveLength(0);
    expect(stage.log.filter(({ level }) => level === "error")).toMatchObject([
      { data: { reason: "disk full" } },
    ]);
  });

  test.each([
    ["is answered all the same", async () => undefined, true],
    ["says so when it could not be", async () => Promise.reject(new Error("connect ECONNREFUSED")), false],
  ])(
    "a command that takes long to be written down is acknowledged meanwhile, and %s",
    async (_, end, isTaken) => {
      const stage = await openAdapter({ mode });
      const acknowledged = new AbortController();
      stage.onAccept(async () => {
        await once(acknowledged.signal, "abort");
        await end();
      });

      const { ack } = await stage.slack.slash("alice", "triage", "8.8.8.8");
      acknowledged.abort();

      expect(ack).toMatchObject({
        ok: true,
        body: { response_type: "ephemeral", text: expect.stringContaining("Your request waits") },
      });
      if (isTaken) expect((await stage.next()).incoming).toMatchObject({ kind: "command", text: "8.8.8.8" });
      else
        await stage.slack.until(
          () => stage.slack.ephemeral("alice").some(({ text }) => text.includes("could not write")),
          "the note",
        );
      expect(stage.handled).toHaveLength(isTaken ? 1 : 0);
    },
  );

  test("an event that cannot be written down is not acknowledged, so that Slack repeats it", async () => {
    const stage = await openAdapter({ mode, slack: { ackMs: 300, retryMs: [0] } });
    let failures = 1;
    stage.onAccept(async () => {
      failures -= 1;
      if (failures >= 0) throw new Error("disk full");
    });

    const { ack } = await stage.slack.direct("alice", "8.8.8.8");
    const { incoming } = await stage.next();

    expect(ack.ok).toBe(false);
    expect(incoming).toMatchObject({ kind: "message", addressed: "direct", text: "8.8.8.8" });
  });

  test("a hundred commands at once are acknowledged within 100 ms each", async () => {
    const stage = await openAdapter({ mode });
    const acks = await Promise.all(
      Array.from(
        { length: 100 },
        async (_, n) => (await stage.slack.slash("alice", "triage", `10.0.0.${n}`)).ack,
      ),
    );
    expect(acks.every(({ ok }) => ok)).toBe(true);
    expect(new Set(stage.accepted.map(({ delivery }) => delivery)).size).toBe(100);
  });

  test("messages of the bot itself are not answered", async () => {
    const stage = await openAdapter({ mode });
    await stage.slack.direct("alice", "8.8.8.8");
    const { conversation } = await stage.next();
    await conversation.post({ mark: "m1", reply: notice("8.8.8.8"), under: null });
    await stage.slack.quiet();
    expect(stage.handled).toHaveLength(1);
  });

  test("the shortcut answers under the message it was used on", async () => {
    const stage = await openAdapter({ mode });
    const { message } = await stage.slack.message("alice", "triage", "is evil.example bad?");
    await stage.slack.shortcut("bob", message, "check_with_vtip");
    const { incoming, conversation } = await stage.next();
    await conversation.post({ mark: "m1", reply: notice("checking"), under: null });

    expect(incoming).toMatchObject({
      addressed: "shortcut",
      text: "is evil.example bad?",
      user: { name: "bob" },
    });
    expect(stage.slack.thread("triage", message.ts)).toHaveLength(2);
  });

  test("App Home shows the overview, once in ten seconds", async () => {
    const stage = await openAdapter({ mode });
    await stage.slack.openHome("alice");
    const home = await stage.slack.until(() => stage.slack.home("alice"), "the page");
    await stage.slack.openHome("alice");
    await stage.slack.quiet();
    expect(textOf(home.view)).toContain("2 scans are running");
    expect(stage.slack.calls("views.publish")).toHaveLength(1);
  });
});

describe("a mention with a file, which Slack tells in several ways", () => {
  const files = [{ name: "list.txt", content: "1.2.3.4" }];

  test.each([
    ["both complete, message first", { files }],
    ["both complete, mention first", { files, first: "app_mention" }],
    [
      "the mention lacks the files and comes first",
      { files, shape: "mention lacks files", first: "app_mention" },
    ],
    ["the mention lacks the files and comes last", { files, shape: "mention lacks files" }],
    [
      "both at once, the mention without the files",
      { files, shape: "mention lacks files", first: "app_mention", together: true },
    ],
    ["only the message", { files, shape: "message only" }],
    ["only the mention", { files, shape: "mention only" }],
  ] as const)("%s: one request with its file", async (_, options) => {
    const stage = await openAdapter({ slack: { retryMs: [] } });
    const said = stage.slack.mention("alice", "triage", "check this", options);
    const { incoming } = await stage.next();
    const { deliveries } = await said;
    await stage.slack.quiet();

    expect(deliveries.every(({ attempts }) => attempts.every(({ ack }) => ack.ok))).toBe(true);
    const answered = stage.handled.filter(
      ({ incoming }) => incoming.kind === "message" && incoming.text !== "",
    );
    expect(answered).toHaveLength(1);
    expect(incoming).toMatchObject({
      addressed: "mention",
      text: "check this",
      files: [{ name: "list.txt" }],
    });
  });

  test("a mention without files waits a second at most where its twin never comes", async () => {
    const stage = await openAdapter();
    const { ack } = await stage.slack.mention("alice", "triage", "8.8.8.8", { shape: "mention only" });
    expect(ack.ok).toBe(true);
    expect(ack.ms).toBeLessThan(2000);
    expect(stage.accepted).toHaveLength(1);
  });

  test("a bot that gets mentions only asks Slack for the files", async () => {
    const stage = await openAdapter();
    const { message } = await stage.slack.message("alice", "triage", "check this", { files });
    const bare = {
      type: "app_mention",
      channel: stage.slack.channel("triage"),
      user: stage.slack.user("alice"),
      text: `<@${stage.slack.botUserId}> check this`,
      ts: message.ts,
    };
    await stage.slack.event(bare);
    const { incoming } = await stage.next();
    await stage.slack.event({ ...bare, type: "message", subtype: "file_share", files: message.raw.files });
    await stage.slack.quiet();

    expect(incoming).toMatchObject({ text: "check this", files: [{ name: "list.txt" }] });
    expect(stage.handled).toHaveLength(1);
  });

  test("files that come after the mention was answered are a request of their own, once", async () => {
    const stage = await openAdapter();
    const { message, deliveries } = await stage.slack.mention("alice", "triage", "8.8.8.8", {
      shape: "mention only",
    });
    expect(deliveries[0]?.attempts[0]?.ack.ok).toBe(true);
    const late = {
      type: "message",
      subtype: "file_share",
      channel: stage.slack.channel("triage"),
      channel_type: "channel",
      user: stage.slack.user("alice"),
      text: message.text,
      ts: message.ts,
      files: [{ id: "F9", name: "late.txt", size: 7, url_private_download: `${stage.slack.url}/x` }],
    };
    await stage.slack.event(late);
    await stage.slack.event(late);
    await stage.slack.quiet();

    expect(stage.accepted).toMatchObject([
      { text: "8.8.8.8", files: [] },
      { text: "", files: [{ name: "late.txt" }], delivery: `slack:${late.channel}:${late.ts}:F9` },
    ]);
    expect(stage.accepted[1]?.conversation).toBe(stage.accepted[0]?.conversation);
  });
});

describe("what goes out", () => {
  test("what hangs under a live message is in its thread; an edit takes its place, buttons and all", async () => {
    const { slack, conversation } = await openCommand();
    const head = await conversation.post({ mark: "head", reply: CONFIRMATION, under: null });
    const ts = head.kind === "sent" ? head.message : "";
    await conversation.post(post("under it", ts));
    const edited = await conversation.edit(ts, notice("done"));

    expect(edited).toEqual({ kind: "sent", message: ts });
    const [message, reply] = slack.thread("triage", ts);
    expect(message && textOf(message)).toBe("ℹ️ done");
    expect(message && buttonsOf(message)).toEqual([]);
    expect(reply && textOf(reply)).toContain("under it");
  });

  test("a conversation is reopened by its id, by another process too", async () => {
    const { slack, conversation } = await openCommand();
    const other = await createAdapter(environment(slack, "socket"), createLog([]));
    const reopened = other?.conversation(conversation.id);
    expect(reopened?.id).toBe(conversation.id);
    expect(await reopened?.post(post("again"))).toMatchObject({ kind: "sent" });
    expect(() => other?.conversation("discord:1:2:3")).toThrow("No conversation of Slack");
  });

  test("a file is uploaded into the thread, and the token is not shown to where it goes", async () => {
    const { slack, conversation } = await openCommand();
    const head = await conversation.post(post("head"));
    const under = head.kind === "sent" ? head.message : "";
    const path = join(temporaryFolder(), "report.xlsx");
    writeFileSync(path, "PK xlsx");
    const file = {
      mark: "file",
      reply: { kind: "file", name: "vtip-S-7K3Q.xlsx", path, text: "All of evil.com" } as const,
      under,
    };

    expect(await conversation.post(file)).toMatchObject({ kind: "sent" });
    const [, message] = slack.thread("triage", under);
    expect(message?.files.map(({ name, bytes }) => [name, bytes.toString()])).toEqual([
      ["vtip-S-7K3Q.xlsx", "PK xlsx"],
    ]);
    expect(message?.text).toBe("All of evil.\u2060com");
    expect(slack.calls("upload").map(({ authorization }) => authorization)).toEqual([undefined]);
    expect(await conversation.find(file, Date.now())).toEqual({ kind: "found", message: message?.ts });
    expect(
      await conversation.find({ ...file, reply: { ...file.reply, name: "other.xlsx" } }, Date.now()),
    ).toEqual({ kind: "absent" });
  });

  test("a file that is gone, or that Slack does not take, is told", async () => {
    const { slack, conversation } = await openCommand();
    const reply = { kind: "file", name: "gone.xlsx", path: "/nowhere/gone.xlsx", text: "x" } as const;
    expect(await conversation.post({ mark: "f", reply, under: null })).toMatchObject({ kind: "refused" });

    const path = join(temporaryFolder(), "report.xlsx");
    writeFileSync(path, "PK");
    const file = { mark: "f", reply: { ...reply, path }, under: null };
    slack.fail("files.getUploadURLExternal", { answer: "reset" });
    expect(await conversation.post(file)).toMatchObject({ kind: "later" });
    slack.fail("upload", serverError(500));
    expect(await conversation.post(file)).toMatchObject({ kind: "later" });
    slack.fail("files.completeUploadExternal", { answer: "reset" });
    expect(await conversation.post(file)).toMatchObject({ kind: "unsure" });
    slack.fail("files.completeUploadExternal", slackError("not_in_channel"));
    expect(await conversation.post(file)).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("/invite @vtip"),
    });
  });

  test.each([
    ["a reset", { answer: "reset" }, "unsure"],
    ["a server's fault", serverError(502), "unsure"],
    ["an internal error", slackError("internal_error"), "unsure"],
    ["a garbled answer", { answer: "garbled" }, "unsure"],
    ["too many calls", rateLimited(7), "later"],
    ["too many calls, by word", slackError("ratelimited"), "later"],
    ["a busy Slack", slackError("service_unavailable"), "later"],
    ["a token that was taken back", slackError("token_revoked"), "later"],
    ["an archived channel", slackError("is_archived"), "refused"],
    ["a restricted channel", slackError("restricted_action"), "refused"],
    ["a missing scope", slackError("missing_scope"), "refused"],
    ["an error that nobody knows", slackError("new_error"), "refused"],
  ] as const)("%s on a post: %s %s", async (_, fault, kind) => {
    const { slack, conversation } = await openCommand();
    slack.fail("chat.postMessage", fault);
    const delivered = await conversation.post(post("once"));
    expect(delivered.kind).toBe(kind);
    expect(slack.calls("chat.postMessage")).toHaveLength(1);
    if (delivered.kind === "refused") expect(delivered.reason).toMatch(/^[A-Z].*[.)]$/);
  });

  test("where Slack cannot be reached nothing has arrived", async () => {
    const { slack, conversation } = await openCommand();
    await slack.stop();
    // Connections that were kept may break under the first.
    await vi.waitFor(
      async () =>
        expect(await conversation.post(post("x"))).toMatchObject({
          kind: "later",
          reason: expect.stringContaining("ECONNREFUSED"),
        }),
      { timeout: 10_000 },
    );
  });

  test("the pause that Slack asked for is kept for that method alone", async () => {
    const { slack, conversation } = await openCommand();
    const head = await conversation.post(post("head"));
    slack.fail("chat.postMessage", rateLimited(60));
    expect(await conversation.post(post("a"))).toMatchObject({ kind: "later", afterMs: 60_000 });
    const calls = slack.calls("chat.postMessage").length;

    expect(await conversation.post(post("b"))).toMatchObject({ kind: "later" });
    expect(slack.calls("chat.postMessage")).toHaveLength(calls);
    expect(await conversation.edit(head.kind === "sent" ? head.message : "", notice("c"))).toMatchObject({
      kind: "sent",
    });
  });

  test("where the bot is no member the person is told how to invite it", async () => {
    const stage = await openAdapter();
    await stage.slack.slash("alice", "outside", "8.8.8.8");
    const { conversation } = await stage.next();
    const delivered = await conversation.post(post("x"));
    expect(delivered).toEqual({
      kind: "refused",
      reason: "I am not in this channel: write /invite @vtip in it, then ask again.",
    });
    await conversation.whisper(notice(delivered.kind === "refused" ? delivered.reason : ""));
    await stage.slack.until(
      () => stage.slack.ephemeral("alice").some((note) => textOf(note).includes("/invite @vtip")),
      "the note",
    );
  });

  test("an edit may be made twice, so a lost answer is no doubt; one of a message that is gone is refused", async () => {
    const { slack, conversation } = await openCommand();
    const head = await conversation.post(post("head"));
    slack.fail("chat.update", { answer: "reset" });
    expect(await conversation.edit(head.kind === "sent" ? head.message : "", notice("x"))).toMatchObject({
      kind: "later",
    });
    expect(await conversation.edit("1600000000.000001", notice("x"))).toEqual({
      kind: "refused",
      reason: "The message is gone.",
    });
  });

  test("a post whose answer was lost is found by its mark; another is not", async () => {
    const { slack, conversation } = await openCommand();
    const since = Date.now();
    slack.fail("chat.postMessage", { answer: "reset", takesEffect: true });
    expect(await conversation.post(post("x"))).toMatchObject({ kind: "unsure" });
    const [message] = slack.messages("triage");
    expect(await conversation.find(post("x"), since)).toEqual({ kind: "found", message: message?.ts });
    expect(await conversation.find(post("x", null, "m2"), since)).toEqual({ kind: "absent" });
    expect(await conversation.find(post("x", message?.ts), since)).toMatchObject({ kind: "found" });
    slack.fail("conversations.history", serverError());
    expect(await conversation.find(post("x"), since)).toMatchObject({ kind: "unsure" });
  });

  test("where the history may not be read a post is taken for absent: twice is better than never", async () => {
    const { slack, conversation } = await openCommand();
    slack.fail("conversations.history", slackError("missing_scope"));
    expect(await conversation.find(post("x"), Date.now())).toEqual({ kind: "absent" });
  });

  test("a mark of somebody else is not ours", async () => {
    const { slack, conversation } = await openCommand();
    await slack.message("bob", "triage", "I am m1");
    expect(await conversation.find(post("x"), Date.now())).toEqual({ kind: "absent" });
  });

  test("forty edits a minute are left to progress, summaries always pass", async () => {
    const { conversation } = await openCommand();
    const head = await conversation.post(post("head"));
    const ts = head.kind === "sent" ? head.message : "";
    const progress: Reply = {
      kind: "progress",
      head: { scanId: "S-7K3Q", requestedBy: "slack:U1", source: "x", notes: [] },
      progress: { scanId: "S-7K3Q", done: 1, total: 2, unsafe: 0, leftMs: null, closure: null },
      cached: 0,
      toLookUp: 2,
    };
    const kinds = [];
    for (let n = 0; n < 41; n += 1) kinds.push((await conversation.edit(ts, progress)).kind);
    expect(kinds.filter((kind) => kind === "sent")).toHaveLength(40);
    expect(kinds.at(-1)).toBe("later");
    expect(await conversation.edit(ts, notice("done"))).toMatchObject({ kind: "sent" });
  });

  test("a link leads to the message", async () => {
    const { conversation } = await openCommand();
    const head = await conversation.post(post("head"));
    expect(await conversation.link(head.kind === "sent" ? head.message : "")).toMatch(/^https?:\/\//);
    expect(await conversation.link("1600000000.000001")).toBeNull();
  });
});

describe("what only one person sees", () => {
  test("the address that came with a command is used five times, then Slack's method", async () => {
    const stage = await openAdapter();
    await stage.slack.slash("alice", "triage", "help");
    const { conversation } = await stage.next();
    for (let n = 0; n < 6; n += 1) await conversation.whisper(notice(`note ${n}`));

    expect(stage.slack.calls("response_url")).toHaveLength(5);
    expect(stage.slack.calls("chat.postEphemeral")).toHaveLength(1);
    expect(stage.slack.ephemeral("alice").map((note) => textOf(note))).toEqual(
      Array.from({ length: 6 }, (_, n) => `ℹ️ note ${n}`),
    );
    expect(stage.slack.messages("triage")).toEqual([]);
  });

  test("a response_url that fails is no reason to stay silent", async () => {
    const stage = await openAdapter();
    await stage.slack.slash("alice", "triage", "help");
    const { conversation } = await stage.next();
    stage.slack.fail("response_url", serverError());
    await conversation.whisper(notice("still here"));
    expect(stage.slack.ephemeral("alice").map((note) => textOf(note))).toEqual(["ℹ️ still here"]);
  });

  test("waits as often as Slack wants to be called later", async () => {
    const stage = await openAdapter();
    await stage.slack.mention("alice", "triage", "help");
    const { conversation } = await stage.next();
    stage.slack.fail("chat.postEphemeral", { ...rateLimited(0), times: 3 });

    await conversation.whisper(notice("still here"));

    expect(stage.slack.ephemeral("alice").map((note) => textOf(note))).toEqual(["ℹ️ still here"]);
  });

  test("a mention at the top of a channel is told there, since there is no thread yet", async () => {
    const stage = await openAdapter();
    await stage.slack.mention("alice", "triage", "help");
    const { conversation } = await stage.next();
    await conversation.whisper(notice("help"));
    expect(stage.slack.ephemeral("alice")[0]?.threadTs).toBeNull();
  });

  test("a mention in a thread is told in that thread", async () => {
    const stage = await openAdapter();
    const { message } = await stage.slack.message("bob", "triage", "hello");
    await stage.slack.message("bob", "triage", "a reply", { thread: message });
    await stage.slack.mention("alice", "triage", "help", { thread: message });
    const { conversation } = await stage.next();
    await conversation.whisper(notice("help"));
    expect(stage.slack.ephemeral("alice")[0]?.threadTs).toBe(message.ts);
  });

  test("in direct messages it is a reply under the request", async () => {
    const stage = await openAdapter();
    const { message } = await stage.slack.direct("alice", "help");
    const { conversation } = await stage.next();
    await conversation.whisper(notice("help"));
    const [, reply] = stage.slack.thread(stage.slack.dm("alice"), message.ts);
    expect(reply && textOf(reply)).toBe("ℹ️ help");
  });

  test("the answer to a private question takes its place", async () => {
    const stage = await openAdapter();
    await stage.slack.slash("alice", "triage", "x");
    const first = await stage.next();
    await first.conversation.whisper(CONFIRMATION);
    const [question] = stage.slack.ephemeral("alice") as [SeenMessage];
    await stage.slack.click("alice", question, "Block 300");
    const { incoming, conversation } = await stage.next(1);
    await conversation.whisper(notice("blocked"));

    expect(incoming).toMatchObject({ kind: "action", action: "block:P1:sure" });
    expect(stage.slack.ephemeral("alice").map((note) => textOf(note))).toEqual(["ℹ️ blocked"]);
  });
});

describe("a form", () => {
  test("is opened for who pressed, and its answer comes to the same conversation", async () => {
    const stage = await openAdapter();
    await stage.slack.slash("alice", "triage", "x");
    const first = await stage.next();
    await first.conversation.post({ mark: "m1", reply: CONFIRMATION, under: null });
    stage.onHandle(async ({ incoming, conversation }) => {
      if (incoming.kind === "action" && incoming.action.startsWith("block:")) await conversation.ask(CHOICE);
    });
    const [card] = stage.slack.messages("triage") as [SeenMessage];
    await stage.slack.click("bob", card, "Block 300");
    const modal = await stage.slack.until(() => stage.slack.openView("bob"), "the form");
    const { ack } = await stage.slack.submit("bob", modal, { ips: ["45.10.0.2"], reason: "seen" });
    const click = await stage.next(1);
    const answer = await stage.next(2);

    expect(ack).toMatchObject({ ok: true, body: null });
    expect(stage.slack.openView("bob")).toBeUndefined();
    expect(answer.incoming).toMatchObject({
      kind: "action",
      action: "chosen:P1",
      user: { name: "bob" },
      conversation: click.incoming.conversation,
      values: { ips: ["45.10.0.2"], days: ["0"], reason: ["seen"] },
    });
  });

  test("that cannot be opened any more says so to who pressed", async () => {
    const stage = await openAdapter();
    await stage.slack.slash("alice", "triage", "x");
    const { conversation } = await stage.next();
    stage.slack.fail("views.open", slackError("expired_trigger_id"));
    await conversation.ask(CHOICE);
    expect(
      stage.slack
        .ephemeral("alice")
        .map((note) => textOf(note))
        .join(""),
    ).toContain("Press the button again");
  });
});

describe("files that came in", () => {
  const MOST = 1000;

  test("are read with the token", async () => {
    const { conversation, upload } = await openFile();
    const fetched = await conversation.fetch(upload, MOST);
    expect(fetched.kind === "fetched" && Buffer.from(fetched.bytes).toString()).toBe("1.2.3.4");
  });

  test("are asked for where Slack gave no address", async () => {
    const { slack, conversation, upload } = await openFile();
    const bare = { ...upload, ref: upload.ref.replace(/ .*/, " ") };
    expect(await conversation.fetch(bare, MOST)).toMatchObject({ kind: "fetched" });
    expect(slack.calls("files.info")).toHaveLength(1);
  });

  test("over the limit by Slack's word are not fetched, and by their bytes not read to the end", async () => {
    const { slack, conversation, upload } = await openFile("x".repeat(2000));
    expect(await conversation.fetch(upload, MOST)).toEqual({
      kind: "refused",
      reason: "list.txt is larger than 1000 bytes: send it in parts.",
    });
    expect(slack.calls("download")).toHaveLength(0);
    expect(await conversation.fetch({ ...upload, size: null }, MOST)).toMatchObject({ kind: "refused" });
    expect(await conversation.fetch({ ...upload, size: null }, 10 * 1024 * 1024)).toMatchObject({
      kind: "fetched",
    });
  });

  test.each([
    [
      "a page to log in",
      {
        answer: {
          status: 200,
          headers: { "content-type": "text/html" },
          body: "<!DOCTYPE html><title>Slack",
        },
      },
      /files:read/,
    ],
    ["a page under another name", { answer: { status: 200, body: "\n<!doctype HTML>" } }, /files:read/],
    ["a refusal", serverError(403), /files:read/],
    ["a file that is gone", serverError(404), /send it again/],
  ] as const)("%s is explained", async (_, fault, sentence) => {
    const { slack, conversation, upload } = await openFile();
    slack.fail("download", fault);
    expect(await conversation.fetch(upload, MOST)).toMatchObject({
      kind: "refused",
      reason: expect.stringMatching(sentence),
    });
  });

  test.each([
    ["a fault of Slack", serverError(503)],
    ["a lost connection", { answer: "reset" }],
  ] as const)("%s is no refusal", async (_, fault) => {
    const { slack, conversation, upload } = await openFile();
    slack.fail("download", fault);
    expect(await conversation.fetch(upload, MOST)).toMatchObject({
      kind: "failed",
      reason: expect.stringContaining("list.txt"),
    });
  });

  test("a saved page is a file like any other, and no page to log in", async () => {
    const page = "<!DOCTYPE html><a href='hxxp://45.10.0.1/login'>";
    const { conversation, upload } = await openFile(page);
    expect(await conversation.fetch(upload, MOST)).toMatchObject({ kind: "fetched" });
  });

  test("a redirect is not followed with the token", async () => {
    const { slack, conversation, upload } = await openFile();
    const asked = await slack.redirectDownloads();
    expect(await conversation.fetch(upload, MOST)).toMatchObject({ kind: "refused" });
    expect(asked).toEqual([]);
  });

  test.each([
    "https://files.slack.com.evil.example/x",
    "http://files.slack.com/x",
    "https://evil.example/files.slack.com",
    "https://docs.google.com/x",
    "file:///etc/passwd",
    "not an address",
  ])("the token is not shown to %s", async (address) => {
    const { slack, conversation, upload } = await openFile();
    const fetched = await conversation.fetch({ ...upload, ref: `F1 ${address}` }, MOST);
    expect(fetched).toMatchObject({ kind: "refused", reason: expect.stringContaining("outside of Slack") });
    expect(slack.calls("download")).toHaveLength(0);
  });
});

describe("user groups", () => {
  test("are those that the person is in, asked once a minute", async () => {
    const { slack, adapter } = await openAdapter();
    const bob = `slack:${slack.user("bob")}`;
    expect(await adapter.groupsOf(bob)).toEqual(["slack:S0ANALYSTS"]);
    expect(await adapter.groupsOf(`slack:${slack.user("alice")}`)).toEqual([]);
    expect(slack.calls("usergroups.list")).toHaveLength(1);
  });

  test("without the scope it says which one", async () => {
    const { slack, adapter } = await openAdapter();
    slack.fail("usergroups.list", slackError("missing_scope"));
    await expect(adapter.groupsOf("slack:U1")).rejects.toThrow("usergroups:read");
    expect(await adapter.groupsOf("slack:U1")).toEqual([]);
  });
});

describe("start and stop", () => {
  test("without credentials there is no adapter", async () => {
    expect(await createAdapter({ SLACK_PORT: "1", WATCH_CHANNELS: "slack:C1" }, createLog([]))).toBeNull();
  });

  test.each([
    [{ SLACK_BOT_TOKEN: "xoxb-1" }, /SLACK_APP_TOKEN is missing.*SLACK_SIGNING_SECRET/],
    [{ SLACK_APP_TOKEN: "xapp-1" }, /SLACK_BOT_TOKEN is missing/],
    [{ SLACK_BOT_TOKEN: "xapp-1", SLACK_APP_TOKEN: "xapp-1" }, /SLACK_BOT_TOKEN is an app-level token/],
    [{ SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xoxb-1" }, /SLACK_APP_TOKEN is no app-level token/],
    [
      { SLACK_BOT_TOKEN: "xoxb-1", SLACK_SIGNING_SECRET: "s", SLACK_PORT: "70000" },
      /SLACK_PORT must be at most/,
    ],
    [
      { SLACK_BOT_TOKEN: "xoxb-1", SLACK_SIGNING_SECRET: "s", SLACK_API_URL: "http://slack.com/api" },
      /SLACK_API_URL must be an https/,
    ],
  ])("%j is refused by name", async (env, sentence) => {
    await expect(createAdapter(env, createLog([]))).rejects.toThrow(sentence);
    await expect(createAdapter(env, createLog([]))).rejects.toThrow(
      expect.objectContaining({ exitStatus: 3 }),
    );
  });

  test.each([
    ["bot token", { SLACK_BOT_TOKEN: "xoxb-wrong" }, "Slack does not accept SLACK_BOT_TOKEN (invalid_auth)"],
    ["app token", { SLACK_APP_TOKEN: "xapp-wrong" }, "Slack does not accept SLACK_APP_TOKEN"],
  ])("a wrong %s is one sentence", async (_, env, sentence) => {
    await expect(openAdapter({ env })).rejects.toThrow(sentence);
  });

  test("a Slack that does not answer is one sentence", async () => {
    await expect(openAdapter({ env: { SLACK_API_URL: "http://127.0.0.1:9/api" } })).rejects.toThrow(
      /^Slack does not answer at http:\/\/127\.0\.0\.1:9\/api\. /,
    );
  });

  test("a port that is taken is one sentence", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, resolve));
    onTestFinished(() => void taken.close());
    const address = taken.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    await expect(openAdapter({ mode: "http", env: { SLACK_PORT: port } })).rejects.toThrow(
      `Port ${port} is in use by another program: set SLACK_PORT to a free one.`,
    );
  });

  test("two connections: while Slack renews one, nothing is missed, and it comes back at once", async () => {
    const stage = await openAdapter();
    expect(stage.slack.connections()).toBe(2);
    stage.slack.disconnect("refresh_requested", 0);
    const acks = [];
    for (let n = 0; n < 10; n += 1)
      acks.push((await stage.slack.slash("alice", "triage", `10.0.0.${n}`)).ack.ok);
    expect(acks).toEqual(Array(10).fill(true));
    await stage.slack.until(() => stage.slack.connections() === 2, "the second connection", 2000);
  });

  test("a connection that cannot be opened again at first is tried until it can", async () => {
    const stage = await openAdapter();
    stage.slack.fail("apps.connections.open", serverError(), { answer: "reset" });
    stage.slack.disconnect("warning", 0);
    await stage.slack.until(
      () => stage.slack.calls("apps.connections.open").length >= 5,
      "the third try",
      5000,
    );
    await stage.slack.until(() => stage.slack.connections() === 2, "both connections", 5000);
    expect(stage.log.filter(({ sentence }) => sentence.includes("opened again")).length).toBe(2);
  });

  test.each(MODES)(
    "stopping ends every connection, may be done twice, and takes nothing new (%s)",
    async (mode) => {
      const stage = await openAdapter({ mode, slack: { ackMs: 300, retryMs: [] } });
      await stage.slack.slash("alice", "triage", "8.8.8.8");
      await stage.next();
      await Promise.all([stage.adapter.stop(), stage.adapter.stop()]);
      await stage.adapter.stop();

      await stage.slack.until(() => stage.slack.connections() === 0, "the end of the connections", 500);
      const { ack } = await stage.slack.slash("alice", "triage", "9.9.9.9");
      expect(ack.ok).toBe(false);
      expect(stage.accepted).toHaveLength(1);
    },
  );

  test("stopping before the start has finished leaves nothing behind", async () => {
    const slack = await startSlack();
    onTestFinished(() => slack.stop());
    const adapter = await createAdapter(environment(slack, "socket"), createLog([]));
    const bot = { accept: async () => true, handle: async () => undefined, overview: async () => notice("") };
    const started = adapter?.start(bot);
    await adapter?.stop();
    await started;
    expect(slack.connections()).toBe(0);
  });

  test("no token and no text of a message is in the log", async () => {
    const stage = await openAdapter();
    stage.slack.fail("chat.postMessage", serverError(), { answer: "reset" });
    await stage.slack.direct("alice", "my secret 8.8.8.8");
    const { conversation } = await stage.next();
    await conversation.post({ mark: "m", reply: notice("an answer"), under: null });
    await conversation.post({ mark: "m", reply: notice("an answer"), under: null });
    const text = JSON.stringify(stage.log);
    expect(stage.log.length).toBeGreaterThan(0);
    expect(text).not.toContain(stage.slack.botToken);
    expect(text).not.toContain(stage.slack.appToken);
    expect(text).not.toMatch(/my secret|an answer/);
  });
});
