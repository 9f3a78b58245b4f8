import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import { describe, expect, onTestFinished, test } from "vitest";

import { flagged } from "../cli/program.ts";
import { freePort } from "../scenarios/slack.ts";
import { slackError, textOf } from "../standins/slack/slack.ts";
import { openSlackStage } from "./stage.ts";

test("a lost acknowledgement stops no work, and what is repeated because of it is answered once (http)", async () => {
  const stage = await openSlackStage({ transport: "http", slack: { retryMs: [0, 10, 20], echo: false } });
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
