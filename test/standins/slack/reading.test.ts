import { describe, expect, test } from "vitest";

import { button, openSlack, section } from "./open-slack.ts";
import { textOf } from "./slack.ts";
import { asTyped } from "./typing.ts";

describe("what a person reads of a message", () => {
  test.each([
    ["the text where there is nothing else", { text: "*1* unsafe &amp; `1.2.3.4`" }, "1 unsafe & 1.2.3.4"],
    ["the blocks in its place", { text: "unseen", blocks: [section("seen")] }, "seen"],
    [
      "links by their labels",
      { text: "<https://vt.example/x|1.2.3.4>, <https://b.example>" },
      "1.2.3.4, https://b.example",
    ],
    ["markup that is none", { text: "a_b_c 2*3*4 &lt;!channel&gt;" }, "a_b_c 2*3*4 <!channel>"],
    [
      "everything from top to bottom",
      {
        blocks: [
          { type: "header", text: { type: "plain_text", text: "Head *as is*" } },
          {
            ...section("body"),
            fields: [{ type: "mrkdwn", text: "_field_" }],
            accessory: button("a", "Beside"),
          },
          { type: "context", elements: [{ type: "mrkdwn", text: "foot" }] },
          { type: "actions", elements: [button("a", "Go"), button("b", "Stop")] },
          {
            type: "rich_text",
            elements: [{ type: "rich_text_section", elements: [{ text: "ri" }, { text: "ch" }] }],
          },
          {
            type: "table",
            rows: [
              [
                { type: "raw_text", text: "1" },
                { type: "raw_text", text: "2" },
              ],
            ],
          },
        ],
        attachments: [
          { title: "T", text: "~t~", fields: [{ title: "f", value: "v" }], blocks: [section("inner")] },
        ],
      },
      "Head *as is*\nbody\nfield\nBeside\nfoot\nGo\nStop\nrich\n1\n2\nT\nt\nf\nv\ninner",
    ],
  ])("is %s", (_, message, expected) => {
    expect(textOf(message)).toBe(expected);
  });
});

describe("text that a person typed", () => {
  test.each([
    ["1.2.3.4 and 2001:db8::1", "1.2.3.4 and 2001:db8::1"],
    ["hxxp://evil[.]example", "hxxp://evil[.]example"],
    ["see evil.example.", "see <http://evil.example|evil.example>."],
    ["https://evil.example/a?b=1&c=2", "<https://evil.example/a?b=1&amp;c=2>"],
    ["bob@evil.example", "<mailto:bob@evil.example|bob@evil.example>"],
    ["run setup.py", "run <http://setup.py|setup.py>"],
    ["report.xlsx <@U1>", "report.xlsx &lt;@U1&gt;"],
  ])("%s is sent as %s", (typed, sent) => {
    expect(asTyped(typed)).toBe(sent);
  });
});

describe("a wait", () => {
  test("ends with what it found, at once", async () => {
    const slack = await openSlack();
    const found = slack.until(
      () => slack.messages("triage").find(({ text }) => text === "there"),
      "a message",
    );

    await slack.message("alice", "triage", "there");

    expect((await found).text).toBe("there");
    expect(await slack.until(() => 7, "nothing")).toBe(7);
  });

  test("for quiet ends when nothing has happened for so long", async () => {
    const slack = await openSlack();
    const start = performance.now();
    let at = 0;
    setTimeout(() => {
      at = performance.now();
      void slack.message("alice", "outside", "noise");
    }, 30);

    await slack.quiet(60);

    expect(performance.now() - start).toBeGreaterThanOrEqual(89);
    expect(performance.now() - at).toBeGreaterThanOrEqual(59);
    expect(slack.messages("outside")).toHaveLength(1);
  });

  test("that is in vain says for what, and how things stand", async () => {
    const slack = await openSlack({ echo: false });
    await slack.message("alice", "triage", "only this");

    const vain = slack.until(() => slack.messages("triage")[1], "a second message", 20);

    await expect(vain).rejects.toThrow(/never came within 20 ms: a second message\nmessages:\n.*only this/);
  });

  test("fails with what went wrong while looking, and ends with the stand-in", async () => {
    const slack = await openSlack();
    const wrong = slack.until(() => slack.messages("no such channel"), "anything");
    const late = slack.until(() => false, "the end");
    const ended = expect(late).rejects.toThrow("never came before the stand-in was stopped: the end");

    await expect(wrong).rejects.toThrow("there is no no such channel among triage, incidents, outside");
    await slack.stop();
    await ended;
  });
});
