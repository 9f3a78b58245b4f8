import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { LIMITS } from "./limits.ts";
import { button, section } from "./open-slack.ts";
import { type Slack, startSlack } from "./slack.ts";
import { call } from "./web-client.ts";

let slack: Slack;
beforeAll(async () => {
  slack = await startSlack();
});
afterAll(() => slack.stop());

const x = (length: number) => "x".repeat(length);
const times = <T>(count: number, make: (at: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at));
const plain = (text: string) => ({ type: "plain_text", text });
const actions = (...elements: unknown[]) => ({ type: "actions", elements });
const option = (value: string, text = value) => ({ text: plain(text), value });
const sections = (count: number, length: number) => times(count, () => section(x(length)));
const post = (blocks: unknown[]) => call(slack, "chat.postMessage", { channel: "triage", text: "t", blocks });
const menu = (options: unknown[]) => ({ type: "static_select", action_id: "m", options });

/** Blocks that are as long as may be, and one longer; `at` is where Slack finds fault. */
const MESSAGES: readonly [what: keyof typeof LIMITS, blocks: (size: number) => unknown[], at: string][] = [
  ["messageBlocks", (size) => times(size, () => ({ type: "divider" })), "/blocks"],
  ["sectionText", (size) => [section(x(size))], "/blocks/0/text/text"],
  [
    "sectionFields",
    (size) => [{ type: "section", fields: times(size, () => plain("a")) }],
    "/blocks/0/fields",
  ],
  ["sectionField", (size) => [{ type: "section", fields: [plain(x(size))] }], "/blocks/0/fields/0/text"],
  ["headerText", (size) => [{ type: "header", text: plain(x(size)) }], "/blocks/0/text/text"],
  [
    "contextElements",
    (size) => [{ type: "context", elements: times(size, () => plain("a")) }],
    "/blocks/0/elements",
  ],
  ["contextText", (size) => [{ type: "context", elements: [plain(x(size))] }], "/blocks/0/elements/0/text"],
  [
    "actionsElements",
    (size) => [actions(...times(size, (at) => button(`a${at}`, "a")))],
    "/blocks/0/elements",
  ],
  ["buttonText", (size) => [actions(button("a", x(size)))], "/blocks/0/elements/0/text/text"],
  ["buttonValue", (size) => [actions(button("a", "a", x(size)))], "/blocks/0/elements/0/value"],
  ["buttonUrl", (size) => [actions({ ...button("a", "a"), url: x(size) })], "/blocks/0/elements/0/url"],
  ["actionId", (size) => [actions(button(x(size), "a"))], "/blocks/0/elements/0/action_id"],
  ["blockId", (size) => [{ type: "divider", block_id: x(size) }], "/blocks/0/block_id"],
  [
    "selectOptions",
    (size) => [actions(menu(times(size, (at) => option(`o${at}`))))],
    "/blocks/0/elements/0/options",
  ],
  [
    "optionText",
    (size) => [actions(menu([option("a", x(size))]))],
    "/blocks/0/elements/0/options/0/text/text",
  ],
  ["optionValue", (size) => [actions(menu([option(x(size), "a")]))], "/blocks/0/elements/0/options/0/value"],
  ["markdownText", (size) => [{ type: "markdown", text: x(size) }], "/blocks/0/text"],
  [
    "tableRows",
    (size) => [{ type: "table", rows: times(size, () => [{ type: "raw_text", text: "a" }]) }],
    "/blocks/0/rows",
  ],
];

describe("the blocks of a message", () => {
  test.each(MESSAGES)("keep to %s", async (what, blocks, at) => {
    const { max } = LIMITS[what];

    const allowed = await call(slack, "chat.postMessage", {
      channel: "triage",
      text: "t",
      blocks: blocks(max),
    });
    const refused = await post(blocks(max + 1));

    expect(allowed).toMatchObject({ ok: true });
    expect(refused).toMatchObject({ ok: false, error: "invalid_blocks" });
    expect(refused["errors"]).toContainEqual(expect.stringContaining(`[json-pointer:${at}]`));
  });

  test.each([
    ["an unknown block", [{ type: "nope" }]],
    ["a block that only Slack makes", [{ type: "file", external_id: "1", source: "remote" }]],
    ["an empty section", [section("")]],
    ["a section without text", [{ type: "section" }]],
    ["an empty button", [actions(button("a", ""))]],
    ["markup on a button", [actions({ ...button("a", "a"), text: { type: "mrkdwn", text: "a" } })]],
    ["no elements", [actions()]],
    ["a menu without options", [actions(menu([]))]],
    [
      "one block_id twice",
      [
        { type: "divider", block_id: "a" },
        { type: "divider", block_id: "a" },
      ],
    ],
    ["one action_id twice in a block", [actions(button("a", "a"), button("a", "b"))]],
    ["what is no block", ["text"]],
  ])("are refused with %s", async (_, blocks) => {
    const answer = await post(blocks);

    expect(answer).toMatchObject({ ok: false, error: "invalid_blocks" });
  });

  test("have a limit together, which each of them counts against", async () => {
    expect(await post(sections(5, 2_584))).toMatchObject({ ok: true });
    expect(await post(sections(5, 2_585))).toMatchObject({ ok: false, error: "msg_blocks_too_long" });
    expect(await post(sections(40, 250))).toMatchObject({ ok: false, error: "msg_blocks_too_long" });
  });

  test("are named when they are no JSON", async () => {
    const answer = await call(slack, "chat.postMessage", { channel: "triage", text: "t", blocks: "[{" });

    expect(answer).toMatchObject({ error: "invalid_blocks_format" });
  });
});

test("a text is cut off when it is posted, and refused when it is edited", async () => {
  const posted = await call(slack, "chat.postMessage", { channel: "triage", text: x(40_001) });
  const at = { channel: posted["channel"], ts: posted.ts };

  expect(slack.messages("triage").at(-1)?.text).toHaveLength(40_000);
  expect(await call(slack, "chat.update", { ...at, text: x(4_000) })).toMatchObject({ ok: true });
  expect(await call(slack, "chat.update", { ...at, text: x(4_001) })).toMatchObject({
    error: "msg_too_long",
  });
  expect(await call(slack, "chat.postMessage", { channel: "triage", text: "" })).toMatchObject({
    error: "no_text",
  });
});

const modal = (more: object) => ({
  type: "modal",
  title: plain("t"),
  submit: plain("s"),
  blocks: [],
  ...more,
});
const VIEWS: readonly [what: keyof typeof LIMITS, view: (size: number) => unknown][] = [
  ["viewTitle", (size) => modal({ title: plain(x(size)) })],
  ["viewTitle", (size) => modal({ close: plain(x(size)) })],
  ["viewBlocks", (size) => modal({ blocks: times(size, () => ({ type: "divider" })) })],
  ["privateMetadata", (size) => modal({ private_metadata: x(size) })],
  ["callbackId", (size) => modal({ callback_id: x(size) })],
];

test.each(VIEWS)("a modal keeps to %s", async (what, view) => {
  const open = (size: number) => call(slack, "views.open", { trigger_id: "none", view: view(size) });

  expect(await open(LIMITS[what].max)).toMatchObject({ error: "invalid_trigger_id" });
  expect(await open(LIMITS[what].max + 1)).toMatchObject({ error: "invalid_arguments" });
});

test("a modal that asks something needs a button to send it", async () => {
  const input = { type: "input", label: plain("l"), element: { type: "plain_text_input", action_id: "a" } };
  const view = modal({ submit: undefined, blocks: [input] });

  expect(await call(slack, "views.open", { trigger_id: "none", view })).toMatchObject({
    error: "invalid_arguments",
  });
});

test("a modal has at most 250,000 bytes", async () => {
  const view = modal({ blocks: times(90, () => section(x(2_900))) });

  expect(await call(slack, "views.open", { trigger_id: "none", view })).toMatchObject({
    error: "view_too_large",
  });
});
