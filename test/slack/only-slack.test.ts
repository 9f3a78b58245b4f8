import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import { describe, expect, onTestFinished, test } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import { freePort } from "../free-port.ts";
import { buttonsOf, serverError, slackError, textOf } from "../standins/slack/slack.ts";
import { openSlackStage } from "./stage.ts";

test("a lost acknowledgement stops no work, and what is repeated because of it is answered once (http)", async () => {
  const stage = await openSlackStage({ transport: "http", slack: { retryMs: [0, 10, 20], echo: false } });
  const port = await freePort();
  await stage.start({ SLACK_PORT: String(port) });
  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "POST", headers } = request;
    const { host: _, connection: __, "content-length": ___, ...rest } = headers;
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
  await stage.done(await stage.says("incidents", "45.10.0.2"), "file");
  await stage.slack.until(() => deliveries.every(({ attempts }) => attempts.length === 4), "every repeat");

  expect(ack).toMatchObject({ ok: false, problem: "unreachable" });
  expect(stage.asked().toSorted()).toEqual(["45.10.0.1", "45.10.0.2"]);
  expect(stage.slack.messages("triage")).toHaveLength(1);
  expect(
    stage.slack.thread("incidents", message.ts).filter((said) => textOf(said).includes("asked by")),
  ).toHaveLength(1);
});

describe.concurrent("a workspace that allows no edits any more", () => {
  test("has the summary in a new message, and who decides is told what was decided", async ({
    onTestFinished,
  }) => {
    const stage = await openSlackStage(
      { transport: "socket", objects: { "45.10.0.1": flagged(9) } },
      onTestFinished,
    );
    await stage.start();
    stage.slack.fail("chat.update", { ...slackError("edit_window_closed"), times: 99 });

    await stage.slack.slash("alice", "triage", "45.10.0.1");
    const head = await stage.says("triage", "1 unsafe", "9/90");
    const card = await stage.saysIn(head, "Block 1 address?");
    await stage.chat.click("bob", card, "Block 1");
    const decided = await stage.whispers("bob", "1 address blocked");
    expect(stage.blocked()).toEqual(["45.10.0.1"]);
    await stage.chat.click("bob", decided, "Undo");
    await stage.whispers("bob", "Undone");

    expect(stage.blocked()).toEqual([]);
    expect(stage.slack.messages("triage")).toHaveLength(2);
    expect(stage.chat.under(head)).toHaveLength(3);
  });
});

test("a user group may approve; where Slack does not tell who is in it, nobody of it may", async ({
  onTestFinished: atEnd,
}) => {
  const stage = await openSlackStage(
    { transport: "socket", objects: allAs(addresses(3), flagged(9)) },
    atEnd,
  );
  await stage.start({ APPROVERS: "slack:S0ANALYSTS" });
  await stage.slack.slash("alice", "triage", addresses(3).join(" "));
  const head = await stage.says("triage", "3 unsafe");
  const card = await stage.saysIn(head, "Block 3 addresses?");

  stage.slack.fail("usergroups.list", serverError());
  await stage.chat.click("carol", card, "Block 3");
  await stage.whispers("carol", "could not be told whether you are in");
  stage.slack.fail("usergroups.list", slackError("missing_scope"));
  await stage.chat.click("carol", card, "Dismiss");
  await stage.slack.until(() => stage.slack.ephemeral("carol").length === 2, "the second refusal");
  await stage.chat.click("dave", card, "Block 3");
  const refusal = await stage.whispers("dave", "Only approvers may do this");
  expect(refusal.names).toEqual(["analysts"]);
  expect(stage.blocked()).toEqual([]);

  await stage.chat.click("carol", card, "Block 3");
  await stage.saysIn(head, "3 addresses blocked");
});

describe("App Home", () => {
  test("shows quota, running scans with links, and the newest blocks", async () => {
    const ips = addresses(3);
    const keys = { "key-of-the-test": { perMinute: 2 } };
    const stage = await openSlackStage({ transport: "socket", keys, objects: { "45.10.9.9": flagged(9) } });
    await stage.start({ VT_KEY1_PER_MINUTE: "2", VT_KEY1_PER_DAY: "500", VT_WINDOW_SECONDS: "60" });
    await stage.slack.slash("alice", "triage", ips.join(" "));
    const live = await stage.says("triage", "unsafe so far");
    await stage.slack.slash("alice", "triage", "45.10.9.9");
    const card = await stage.saysIn(await stage.says("triage", "1 unsafe"), "Block 1 address?");
    await stage.chat.click("bob", card, "Block 1");
    await stage.saysIn(await stage.says("triage", "1 unsafe"), "1 address blocked");

    await stage.slack.openHome("carol");
    const home = await stage.slack.until(() => stage.slack.home("carol"), "the page");

    const text = textOf(home.view);
    expect(text).toMatch(/VT_APIKEY1[^]*day: \d of 500 used/);
    expect(text).toMatch(/Running scans[^]*S-\w{4} · running, \d open/);
    expect(text).toMatch(/Newest blocks[^]*45\.10\.9\.9/);
    expect(JSON.stringify(home.view.blocks)).toMatch(new RegExp(`<https?:[^|]*${live.id.replace(".", "")}`));
    expect(buttonsOf(home.view)).toEqual([]);
  });
});
