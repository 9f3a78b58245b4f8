import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import { describe, expect, onTestFinished, test } from "vitest";

import { verifyAudit } from "../../src/records/audit-trail.ts";
import { addresses, allAs, flagged, until } from "../cli/program.ts";
import {
  buttonsOf,
  rateLimited,
  serverError,
  slackError,
  textOf,
  type SeenMessage,
} from "../standins/slack/slack.ts";
import { freePort, KEY, MODES, openStage, type Stage } from "./stage.ts";

/** What stands in a thread under its head, each by its first line. */
function under(stage: Stage, head: SeenMessage): readonly string[] {
  return stage.slack
    .thread(head.channel, head.ts)
    .slice(1)
    .map((message) =>
      message.files[0] === undefined ? (textOf(message).split("\n")[0] ?? "") : message.files[0].name,
    );
}

describe.concurrent.each(MODES)("what is delivered again (%s)", (mode) => {
  test("is answered once: the same event, both names of it, commands, clicks, and after a restart too", async ({
    onTestFinished,
  }) => {
    const stage = await openStage({ mode, objects: allAs(addresses(9), flagged(9)) }, onTestFinished);
    const first = await stage.start();
    const asked = await stage.slack.slash("alice", "triage", "45.10.0.1");
    const head = await stage.says("triage", "1 unsafe", "45.10.0.1");
    const mentioned = await stage.slack.mention("alice", "triage", "45.10.0.2");
    await stage.saysIn(mentioned.message, "1 unsafe", "45.10.0.2");
    await stage.done(mentioned.message, "proposal");
    const card = await stage.saysIn(head, "Block 1 address?");
    const clicked = await stage.slack.click("bob", card, "Block 1");
    await stage.saysIn(head, "1 address blocked");
    const everything = [...asked.deliveries, ...mentioned.deliveries, ...clicked.deliveries];

    const again = await Promise.all(everything.map((delivery) => stage.slack.redeliver(delivery)));
    await first.stop();
    await stage.start();
    const later = await Promise.all(everything.map((delivery) => stage.slack.redeliver(delivery)));
    await stage.slack.slash("alice", "triage", "45.10.0.3");
    await stage.done(await stage.says("triage", "1 unsafe", "45.10.0.3"), "proposal");

    expect([...again, ...later].map(({ ok }) => ok)).toEqual(everything.concat(everything).map(() => true));
    expect(stage.asked()).toEqual(["45.10.0.1", "45.10.0.2", "45.10.0.3"]);
    expect(stage.slack.messages("triage")).toHaveLength(3);
    expect(stage.slack.thread("triage", head.ts)).toHaveLength(4);
    expect(stage.slack.thread("triage", mentioned.message.ts)).toHaveLength(5);
    expect(stage.slack.ephemeral("bob")).toEqual([]);
    expect(stage.blocked()).toEqual(["45.10.0.1"]);
  });
});

test("a lost acknowledgement stops no work, and what is repeated because of it is answered once (http)", async () => {
  const stage = await openStage({ mode: "http", slack: { retryMs: [0, 10, 20], echo: false } });
  const port = await freePort();
  await stage.start({ SLACK_PORT: String(port) });
  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "POST", headers } = request;
    const { host: _, connection: __, ...rest } = headers;
    const body = await text(request);
    await fetch(`http://127.0.0.1:${port}/slack/events`, {
      method,
      body,
      headers: rest as Record<string, string>,
    });
    response.destroy();
  }
  const deaf = createServer((request, response) => void pass(request, response));
  onTestFinished(() => void deaf.close());
  await new Promise<void>((resolve) => deaf.listen(0, "127.0.0.1", resolve));
  stage.slack.useHttp(`http://127.0.0.1:${(deaf.address() as AddressInfo).port}/`);

  const { ack } = await stage.slack.slash("alice", "triage", "45.10.0.1");
  const { message, deliveries } = await stage.slack.mention("alice", "incidents", "45.10.0.2");
  await stage.done(await stage.says("triage", "1 input:", "45.10.0.1"), "file");
  await stage.done(message, "file");
  await stage.slack.until(() => deliveries.every(({ attempts }) => attempts.length === 4), "every repeat");

  expect(ack).toMatchObject({ ok: false, problem: "unreachable" });
  expect(stage.asked().toSorted()).toEqual(["45.10.0.1", "45.10.0.2"]);
  expect(stage.slack.messages("triage")).toHaveLength(1);
  expect(
    stage.slack.thread("incidents", message.ts).filter((said) => textOf(said).includes("asked by")),
  ).toHaveLength(1);
});

describe.concurrent.each(MODES)("faults of Slack (%s)", (mode) => {
  test("429 of posts, edits and files is waited out; other messages are not held up, nothing is lost or doubled", async ({
    onTestFinished,
  }) => {
    const stage = await openStage({ mode, objects: { "45.10.0.1": flagged(9) } }, onTestFinished);
    await stage.start();
    stage.slack.fail("chat.postMessage", rateLimited(1));
    stage.slack.fail("chat.update", rateLimited(1));
    stage.slack.fail("files.completeUploadExternal", rateLimited(1));

    await stage.slack.slash("alice", "triage", "45.10.0.1");
    await stage.slack.until(() => stage.slack.calls("chat.postMessage").length > 0, "the first try");
    await stage.slack.slash("carol", "triage", "quota");
    await stage.whispers("carol", "VT_APIKEY1");
    const early = stage.slack.messages("triage").length;
    const head = await stage.says("triage", "1 unsafe");
    await stage.done(head, "proposal");

    expect(early).toBe(0);
    expect(stage.slack.messages("triage")).toHaveLength(1);
    expect(under(stage, head)).toEqual([
      expect.stringContaining("45.10.0.1"),
      expect.stringMatching(/xlsx$/),
      expect.stringContaining("Block 1"),
    ]);
    const [refused, taken] = stage.slack.calls("files.completeUploadExternal");
    expect((taken?.atMs ?? 0) - (refused?.atMs ?? 0)).toBeGreaterThanOrEqual(1000);
    expect(stage.slack.calls("files.completeUploadExternal")).toHaveLength(2);
  });

  test("a 5xx or a cut connection, before the effect or after it: each message and file stands there once", async ({
    onTestFinished,
  }) => {
    const stage = await openStage(
      { mode, objects: { "45.10.0.1": flagged(9), "45.10.0.2": flagged(9) } },
      onTestFinished,
    );
    await stage.start();
    stage.slack.fail(
      "chat.postMessage",
      { answer: "reset" },
      { answer: "reset", takesEffect: true },
      serverError(),
      {
        ...serverError(500),
        takesEffect: true,
      },
    );
    stage.slack.fail("chat.update", { answer: "reset", takesEffect: true });
    stage.slack.fail("files.completeUploadExternal", { answer: "reset", takesEffect: true }, serverError());

    await Promise.all([
      stage.slack.slash("alice", "triage", "45.10.0.1"),
      stage.slack.mention("alice", "incidents", "45.10.0.2"),
    ]);
    const heads = [
      await stage.says("triage", "1 unsafe"),
      await stage.says("incidents", "45.10.0.2"),
    ] as const;
    for (const head of heads) {
      await stage.slack.until(
        () => under(stage, head).some((line) => line.includes("Block 1")),
        "the card",
        40_000,
      );
    }

    expect(under(stage, heads[0])).toHaveLength(3);
    expect(under(stage, heads[1])).toHaveLength(4);
    expect(stage.slack.messages("triage")).toHaveLength(1);
    expect(stage.asked().toSorted()).toEqual(["45.10.0.1", "45.10.0.2"]);
  });
});

describe.concurrent.each(MODES)("a workspace that allows no edits any more (%s)", (mode) => {
  test("has the summary in a new message, and who decides is told what was decided", async ({
    onTestFinished,
  }) => {
    const stage = await openStage({ mode, objects: { "45.10.0.1": flagged(9) } }, onTestFinished);
    await stage.start();
    stage.slack.fail("chat.update", { ...slackError("edit_window_closed"), times: 99 });

    await stage.slack.slash("alice", "triage", "45.10.0.1");
    const head = await stage.says("triage", "1 unsafe", "9/90");
    const card = await stage.saysIn(head, "Block 1 address?");
    await stage.slack.click("bob", card, "Block 1");
    const decided = await stage.whispers("bob", "1 address blocked");
    expect(stage.blocked()).toEqual(["45.10.0.1"]);
    await stage.slack.click("bob", decided, "Undo");
    await stage.whispers("bob", "Undone");

    expect(stage.blocked()).toEqual([]);
    expect(stage.slack.messages("triage")).toHaveLength(2);
    expect(under(stage, head)).toHaveLength(3);
  });
});

describe.concurrent("connections of Socket Mode", () => {
  test("are renewed or cut while a scan runs, and no command is lost", async ({ onTestFinished }) => {
    const ips = addresses(12);
    const stage = await openStage({ mode: "socket", latencyMs: 60 }, onTestFinished);
    await stage.start({ VT_KEY1_PER_MINUTE: "4", VT_WINDOW_SECONDS: "0.3" });
    const { slack } = stage;
    const both = () => slack.until(() => slack.connections() === 2, "two connections");
    await both();

    await slack.slash("alice", "triage", ips.join(" "));
    const acks = [];
    for (const [at, cut] of [
      () => slack.disconnect("refresh_requested", 0),
      () => slack.disconnect("warning", 1),
      () => slack.drop(0),
    ].entries()) {
      cut();
      await slack.until(() => slack.connections() < 2, "the end of one");
      for (const turn of [1, 2, 3])
        acks.push((await slack.slash("bob", "triage", `45.20.${at}.${turn}`)).ack);
      await both();
    }
    const { message } = await slack.mention("bob", "triage", "45.20.9.1");
    await stage.done(message, "file");

    expect(acks.map(({ ok }) => ok)).toEqual(acks.map(() => true));
    for (const at of [0, 1, 2])
      for (const turn of [1, 2, 3]) await stage.says("triage", "1 input:", `45.20.${at}.${turn}`);
    await stage.says("triage", "12 inputs:");
    expect(stage.asked().toSorted()).toEqual([...new Set(stage.asked())].toSorted());
    expect(stage.asked()).toHaveLength(22);
  });
});

describe.concurrent.each(MODES)("a restart (%s)", (mode) => {
  test("in the midst of a list: it goes on in the same message, asks nothing twice, and its buttons work", async ({
    onTestFinished,
  }) => {
    const ips = addresses(8);
    const stage = await openStage({ mode, objects: allAs(ips, flagged(9)), latencyMs: 10 }, onTestFinished);
    const limits = { VT_KEY1_PER_MINUTE: "3", VT_WINDOW_SECONDS: "1", INTERACTIVE_RESERVE: "0" };
    const first = await stage.start(limits);
    const { message } = await stage.slack.mention("alice", "triage", ips.join(" "));
    const live = await stage.saysIn(message, "unsafe so far");
    await until(() => stage.asked().length >= 3, "the first look-ups");
    await stage.slack.slash("alice", "triage", addresses(120, 90).join(" "));
    const plan = await stage.says("triage", "120 requests");
    await first.stop();

    await stage.start(limits);
    await stage.slack.click("alice", plan, "Cancel");
    await stage.says("triage", "cancelled", "120 not checked");
    await stage.done(message, "proposal");
    const card = await stage.saysIn(message, "Block 8 addresses?");
    await stage.slack.click("bob", card, "Block 8");
    await stage.saysIn(message, "8 addresses blocked");

    const thread = stage.slack.thread("triage", message.ts);
    expect(thread.filter((said) => textOf(said).includes("asked by"))).toMatchObject([{ ts: live.ts }]);
    expect(thread).toHaveLength(5);
    expect(stage.asked().toSorted()).toEqual([...ips].toSorted());
    expect(stage.blocked()).toEqual(ips);
  });

  test("between the approval and its Undo, or before a card is pressed: the buttons still work", async ({
    onTestFinished,
  }) => {
    const stage = await openStage({ mode, objects: allAs(addresses(2), flagged(9)) }, onTestFinished);
    const first = await stage.start();
    for (const ip of addresses(2)) await stage.slack.slash("alice", "triage", ip);
    const heads = [
      await stage.says("triage", "1 unsafe", "45.10.0.1"),
      await stage.says("triage", "1 unsafe", "45.10.0.2"),
    ] as const;
    const cards = [await stage.saysIn(heads[0], "Block 1"), await stage.saysIn(heads[1], "Block 1")] as const;
    await stage.slack.click("bob", cards[0], "Block");
    const decided = await stage.saysIn(heads[0], "1 address blocked");
    await first.stop();

    await stage.start();
    await stage.slack.click("bob", decided, "Undo");
    await stage.slack.click("bob", cards[1], "Block");
    await stage.saysIn(heads[0], "Undone");
    await stage.saysIn(heads[1], "1 address blocked");

    expect(stage.blocked()).toEqual(["45.10.0.2"]);
    expect(buttonsOf(stage.slack.thread("triage", heads[0].ts).at(-1) ?? {})).toEqual([]);
  });

  test("while nobody knows whether the live message arrived: it becomes the summary, and stands there once", async ({
    onTestFinished,
  }) => {
    const stage = await openStage({ mode, objects: { "45.10.0.1": flagged(9) } }, onTestFinished);
    const first = await stage.start();
    stage.slack.fail("chat.postMessage", { answer: "reset", takesEffect: true });
    await stage.slack.slash("alice", "triage", "45.10.0.1");
    const live = await stage.says("triage", "so far");
    await first.stop();

    await stage.start();
    const head = await stage.says("triage", "1 unsafe", "8/90".replace("8", "9"));
    await stage.done(head, "proposal");

    expect(head.ts).toBe(live.ts);
    expect(stage.slack.messages("triage")).toHaveLength(1);
    expect(under(stage, head)).toHaveLength(3);
  });
});

describe.concurrent.each(MODES)("sharing (%s)", (mode) => {
  test("a person's single look-up does not wait for lists that wait for the minute", async ({
    onTestFinished,
  }) => {
    const keys = { [KEY]: { perMinute: 4 } };
    const stage = await openStage({ mode, keys, windowMs: 60_000 }, onTestFinished);
    await stage.start({ VT_KEY1_PER_MINUTE: "4", VT_WINDOW_SECONDS: "60" });
    for (const [by, range] of [
      ["alice", 10],
      ["bob", 11],
    ] as const) {
      await stage.slack.slash(by, "triage", addresses(9, range).join(" "));
    }
    await until(() => stage.asked().length === 3, "the places of lists are used");

    await stage.slack.slash("carol", "incidents", "45.12.0.1");
    await stage.says("incidents", "1 input:");

    expect(stage.asked()).toHaveLength(4);
    expect(stage.asked().at(-1)).toBe("45.12.0.1");
    expect(stage.virustotal.worstWindow(KEY)).toBe(4);
  });

  test("two lists share fairly", async ({ onTestFinished }) => {
    const [one, other] = [addresses(9, 10), addresses(9, 11)];
    const keys = { [KEY]: { perMinute: 4 } };
    const stage = await openStage({ mode, keys, windowMs: 300 }, onTestFinished);
    await stage.start({ VT_KEY1_PER_MINUTE: "4", VT_WINDOW_SECONDS: "0.3" });
    await Promise.all([
      stage.slack.slash("alice", "triage", one.join(" ")),
      stage.slack.slash("bob", "triage", other.join(" ")),
    ]);
    const done = () => stage.slack.messages("triage").filter((said) => textOf(said).includes("9 inputs:"));

    await stage.slack.until(() => done().length === 2, "both lists");
    const asked = stage.asked();

    // From where both wait they go in turn, up to where one is at its end.
    const indices = (list: readonly string[]) => asked.flatMap((ip, at) => (list.includes(ip) ? [at] : []));
    const both = asked.slice(
      Math.max(indices(one)[0] ?? 0, indices(other)[0] ?? 0),
      Math.min(indices(one).at(-1) ?? 0, indices(other).at(-1) ?? 0),
    );
    const [mine, theirs] = [one, other].map((list) => both.filter((ip) => list.includes(ip)).length);
    expect(Math.abs((mine ?? 0) - (theirs ?? 0))).toBeLessThanOrEqual(2);
    expect(stage.virustotal.worstWindow(KEY)).toBeLessThanOrEqual(4);
  });
});

describe.concurrent.each(MODES)("the audit trail (%s)", (mode) => {
  test("has who asked, who was refused, who approved, who cancelled, who undid and who unblocked, and is whole", async ({
    onTestFinished,
  }) => {
    const stage = await openStage({ mode, objects: allAs(addresses(2), flagged(9)) }, onTestFinished);
    await stage.start();
    const [alice, bob] = [
      `slack:${stage.slack.user("alice")} (alice)`,
      `slack:${stage.slack.user("bob")} (bob)`,
    ];
    await stage.slack.slash("alice", "triage", addresses(2).join(" "));
    const head = await stage.says("triage", "2 unsafe");
    const card = await stage.saysIn(head, "Block 2 addresses?");
    const [, scan = ""] = /(S-\w{4})/.exec(textOf(head)) ?? [];
    const proposal = scan.replace("S", "P");

    await stage.slack.click("alice", card, "Block");
    await stage.whispers("alice", "Only approvers");
    await stage.slack.click("bob", card, "Block");
    const decided = await stage.saysIn(head, "2 addresses blocked");
    await stage.slack.slash("bob", "triage", "unblock 45.10.0.1 it is ours");
    await stage.says("triage", "45.10.0.1", "off the blacklist", "it is ours");
    await stage.slack.click("alice", decided, "Undo");
    await stage.slack.click("bob", decided, "Undo");
    await stage.saysIn(head, "Undone: 1 address");
    await stage.slack.slash("alice", "triage", addresses(120, 20).join(" "));
    const plan = await stage.says("triage", "120 requests");
    await stage.slack.click("alice", plan, "Cancel");
    await stage.says("triage", "cancelled");

    const audit = await stage.audit();
    for (const line of [
      `scan ${alice} ${scan}`,
      `block refused ${alice} ${proposal}`,
      `approve ${bob} ${proposal}`,
      `block ${bob} 45.10.0.1`,
      `block ${bob} 45.10.0.2`,
      `unblock ${bob} 45.10.0.1`,
      `undo refused ${alice} ${proposal}`,
      `undo ${bob} ${proposal}`,
    ]) {
      expect(
        audit.filter((entry) => entry === line),
        line,
      ).toHaveLength(1);
    }
    expect(audit.filter((entry) => entry.startsWith(`cancel ${alice} S-`))).toHaveLength(1);
    expect(await stage.inRecords(verifyAudit)).toMatchObject({ whole: true });
  });
});
