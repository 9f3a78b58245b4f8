import { describe, expect, test } from "vitest";

import type { Ears } from "../../adapters/slack/arrived.ts";
import { toPrivateMetadata } from "../../adapters/slack/form-answer.ts";
import { toArrived } from "../../adapters/slack/incoming.ts";

const EARS: Ears = {
  userId: "UBOT",
  botId: "BBOT",
  watchChannels: new Set(["CWATCHED"]),
  watchBots: new Set(["BSIEM"]),
};

const TS = "1700000000.000100";

function event(fields: Readonly<Record<string, unknown>>) {
  return {
    type: "event_callback",
    event: {
      type: "message",
      channel: "C1",
      channel_type: "channel",
      user: "U1",
      ts: TS,
      text: "8.8.8.8",
      ...fields,
    },
  };
}

function arrived(body: unknown) {
  return toArrived(body, EARS);
}

const FILE = {
  id: "F1",
  name: "list.txt",
  size: 12,
  url_private_download: "https://files.slack.com/files-pri/T1-F1/download/list.txt",
};

describe("messages", () => {
  test("a mention is a request in the thread under it", () => {
    expect(
      arrived(event({ type: "app_mention", text: "<@UBOT> check <http://evil.example|evil.example>" })),
    ).toEqual({
      incoming: {
        kind: "message",
        delivery: `slack:C1:${TS}`,
        conversation: `slack:C1:${TS}:U1`,
        user: { id: "slack:U1", name: "U1" },
        addressed: "mention",
        text: "check evil.example",
        files: [],
      },
      place: { channel: "C1", thread: TS, user: "U1" },
      origin: { responseUrl: null, triggerId: null, isPrivateMessage: false, isThreadOpen: false },
      shape: "app_mention",
      ts: TS,
    });
  });

  test("a mention in a thread stays in that thread", () => {
    const { place, origin } = arrived(event({ text: "<@UBOT> 8.8.8.8", thread_ts: "1600000000.1" })) ?? {};
    expect(place?.thread).toBe("1600000000.1");
    expect(origin?.isThreadOpen).toBe(true);
  });

  test.each([
    ["a mention as message", { text: "look <@UBOT|vtip> 8.8.8.8" }, "mention"],
    ["a mention as app_mention", { type: "app_mention", text: "<@UBOT>" }, "mention"],
    ["a direct message", { channel: "D1", channel_type: "im" }, "direct"],
    [
      "a mention in a direct message",
      { channel: "D1", channel_type: "im", text: "<@UBOT> 8.8.8.8" },
      "direct",
    ],
    ["a watched channel", { channel: "CWATCHED" }, "watched"],
    ["a mention in a watched channel", { channel: "CWATCHED", text: "<@UBOT> 8.8.8.8" }, "mention"],
    ["files in a watched channel", { channel: "CWATCHED", subtype: "file_share", files: [FILE] }, "watched"],
    [
      "a reply that is shown in the channel too",
      { channel: "CWATCHED", subtype: "thread_broadcast" },
      "watched",
    ],
    [
      "a watched bot",
      { channel: "CWATCHED", subtype: "bot_message", user: undefined, bot_id: "BSIEM" },
      "watched",
    ],
    ["a watched bot with a user", { channel: "CWATCHED", bot_id: "BSIEM" }, "watched"],
  ])("%s is ours", (_, fields, addressed) => {
    expect(arrived(event(fields))?.incoming).toMatchObject({ kind: "message", addressed });
  });

  test.each([
    ["a message that is not for us", {}],
    ["somebody else's mention", { text: "<@UBOTH> 8.8.8.8" }],
    ["our own message", { channel: "D1", channel_type: "im", user: "UBOT" }],
    ["our own message by its bot", { channel: "CWATCHED", user: undefined, bot_id: "BBOT" }],
    ["another bot", { channel: "CWATCHED", bot_id: "BOTHER" }],
    ["a webhook", { channel: "CWATCHED", subtype: "bot_message", user: undefined, bot_id: "BOTHER" }],
    ["an edit", { channel: "CWATCHED", subtype: "message_changed" }],
    ["a deletion", { channel: "CWATCHED", subtype: "message_deleted" }],
    [
      "a mention that was edited in",
      { type: "app_mention", text: "<@UBOT> 8.8.8.8", edited: { user: "U1", ts: TS } },
    ],
    ["somebody who joined", { channel: "CWATCHED", subtype: "channel_join" }],
    ["a message of nobody", { channel: "CWATCHED", user: undefined }],
    ["a message without a time", { channel: "CWATCHED", ts: undefined }],
  ])("%s is passed over", (_, fields) => {
    expect(arrived(event(fields))).toBeNull();
  });

  test("the same text has the same delivery, whatever Slack calls it", () => {
    const both = [
      event({ text: "<@UBOT> 8.8.8.8" }),
      event({ type: "app_mention", text: "<@UBOT> 8.8.8.8" }),
    ];
    const ids = both.map((body) => arrived(body)?.incoming.delivery);
    expect(new Set(ids)).toEqual(new Set([`slack:C1:${TS}`]));
  });

  test("files come with name, size and how to find them again", () => {
    const bare = { id: "F2", file_access: "check_file_info", size: 0 };
    const body = event({
      channel: "D1",
      channel_type: "im",
      subtype: "file_share",
      files: [FILE, bare, { no: "id" }],
    });
    expect(arrived(body)?.incoming).toMatchObject({
      files: [
        { name: "list.txt", size: 12, ref: `F1 ${FILE.url_private_download}` },
        { name: "F2", ref: "F2 " },
      ],
    });
  });

  test("a person's blocks and previews are not read beside the text", () => {
    const blocks = [
      {
        type: "rich_text",
        elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "8.8.8.8" }] }],
      },
    ];
    const attachments = [{ text: "a page says 9.9.9.9", from_url: "http://x.example" }];
    const body = event({ channel: "D1", channel_type: "im", blocks, attachments });
    expect(arrived(body)?.incoming).toMatchObject({ text: "8.8.8.8" });
  });

  test("a message that a person forwards is read, with its files", () => {
    const attachments = [
      { is_share: true, text: "alert: <http://evil.example|evil.example>", files: [FILE] },
    ];
    const body = event({ channel: "D1", channel_type: "im", text: "is this bad?", attachments });
    expect(arrived(body)?.incoming).toMatchObject({
      text: "is this bad?\nalert: evil.example",
      files: [{ name: "list.txt" }],
    });
  });

  test("a bot's text, attachments, fields and blocks are read; its buttons are not", () => {
    const body = event({
      channel: "CWATCHED",
      subtype: "bot_message",
      user: undefined,
      username: "siem",
      bot_id: "BSIEM",
      text: "Alert &amp; more",
      attachments: [
        {
          pretext: "pre 1.0.0.1",
          title: "title",
          text: "from <http://evil.example|evil.example>",
          fields: [{ title: "src", value: "10.0.0.2" }],
          blocks: [
            { type: "section", text: { type: "mrkdwn", text: "nested <http://b.example|b.example>" } },
          ],
        },
        { fallback: "only a fallback 7.7.7.7" },
        "no attachment",
      ],
      blocks: [
        { type: "header", text: { type: "plain_text", text: "Header <b>" } },
        { type: "section", fields: [{ type: "mrkdwn", text: "*dst* 10.0.0.3" }] },
        {
          type: "context",
          elements: [
            { type: "plain_text", text: "small 10.0.0.4" },
            { type: "image", alt_text: "x" },
          ],
        },
        {
          type: "rich_text",
          elements: [
            {
              type: "rich_text_section",
              elements: [
                { type: "text", text: "split 10.0" },
                { type: "text", text: ".0.5", style: { bold: true } },
                { type: "link", url: "http://c.example", text: "c.example" },
              ],
            },
            {
              type: "rich_text_list",
              elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "item" }] }],
            },
          ],
        },
        { type: "table", rows: [[{ type: "raw_text", text: "10.0.0.6" }]] },
        {
          type: "actions",
          elements: [
            { type: "button", text: { type: "plain_text", text: "Open" }, url: "https://siem.example" },
          ],
        },
        null,
      ],
    });
    expect(arrived(body)?.incoming).toMatchObject({
      user: { id: "slack:BSIEM", name: "siem" },
      text: [
        "Alert & more",
        "pre 1.0.0.1",
        "title",
        "from evil.example",
        "src",
        "10.0.0.2",
        "nested b.example",
        "only a fallback 7.7.7.7",
        "Header <b>",
        "*dst* 10.0.0.3",
        "small 10.0.0.4",
        "split 10.0.0.5c.example",
        "item",
        "10.0.0.6",
      ].join("\n"),
    });
  });
});

describe("commands, shortcuts, clicks and forms", () => {
  const slash = {
    command: "/vtip",
    text: "8.8.8.8 &amp; 9.9.9.9",
    channel_id: "C1",
    user_id: "U1",
    user_name: "alice",
    trigger_id: "1.2.abc",
    response_url: "https://hooks.slack.com/commands/1",
  };

  test("a command has no thread, and is told by its trigger", () => {
    expect(arrived(slash)).toEqual({
      incoming: {
        kind: "command",
        delivery: "slack:trigger:1.2.abc",
        conversation: "slack:C1::U1",
        user: { id: "slack:U1", name: "alice" },
        text: "8.8.8.8 & 9.9.9.9",
        files: [],
      },
      place: { channel: "C1", thread: null, user: "U1" },
      origin: {
        responseUrl: slash.response_url,
        triggerId: "1.2.abc",
        isPrivateMessage: false,
        isThreadOpen: true,
      },
      shape: null,
      ts: null,
    });
  });

  const shortcut = {
    type: "message_action",
    callback_id: "check_with_vtip",
    trigger_id: "3.4.def",
    response_url: "https://hooks.slack.com/app/1",
    channel: { id: "C1", name: "triage" },
    user: { id: "U2", username: "bob", name: "bob" },
    message: {
      type: "message",
      ts: TS,
      user: "U1",
      text: "<http://evil.example|evil.example>",
      files: [FILE],
    },
  };

  test("the shortcut reads the message it was used on, for who used it", () => {
    expect(arrived(shortcut)?.incoming).toEqual({
      kind: "message",
      delivery: "slack:trigger:3.4.def",
      conversation: `slack:C1:${TS}:U2`,
      user: { id: "slack:U2", name: "bob" },
      addressed: "shortcut",
      text: "evil.example",
      files: [{ name: "list.txt", size: 12, ref: `F1 ${FILE.url_private_download}` }],
    });
  });

  test("the shortcut reads what any bot said", () => {
    const message = { ts: TS, bot_id: "BANY", text: "", attachments: [{ text: "alert 7.7.7.7" }] };
    expect(arrived({ ...shortcut, message })?.incoming).toMatchObject({ text: "alert 7.7.7.7" });
  });

  test("another shortcut is not ours", () => {
    expect(arrived({ ...shortcut, callback_id: "other" })).toBeNull();
  });

  const click = {
    type: "block_actions",
    user: { id: "U1", username: "alice" },
    trigger_id: "5.6.ghi",
    response_url: "https://hooks.slack.com/actions/1",
    channel: { id: "C1" },
    container: {
      type: "message",
      message_ts: TS,
      channel_id: "C1",
      thread_ts: "1600000000.1",
      is_ephemeral: false,
    },
    message: { ts: TS, thread_ts: "1600000000.1" },
    actions: [{ type: "button", action_id: "0.1:block:P1", value: "block:P1" }],
  };

  test("a click carries the button's action into the thread of its message", () => {
    expect(arrived(click)?.incoming).toEqual({
      kind: "action",
      delivery: "slack:trigger:5.6.ghi",
      conversation: "slack:C1:1600000000.1:U1",
      user: { id: "slack:U1", name: "alice" },
      action: "block:P1",
      values: {},
    });
  });

  test("a click on a note that only one person sees is known as such", () => {
    const container = { ...click.container, is_ephemeral: true };
    expect(arrived({ ...click, message: undefined, container })?.origin.isPrivateMessage).toBe(true);
  });

  test("a click without a value is none of ours", () => {
    expect(arrived({ ...click, actions: [{ type: "button", action_id: "x" }] })).toBeNull();
  });

  const submission = {
    type: "view_submission",
    user: { id: "U9", name: "carol" },
    trigger_id: "7.8.jkl",
    view: {
      id: "V1",
      callback_id: "vtip_form",
      private_metadata: toPrivateMetadata({ action: "chosen:P1", conversation: "slack:C1:1600000000.1:U1" }),
      state: {
        values: {
          "ips:1": {
            ips: {
              type: "multi_static_select",
              selected_options: [{ value: "1.1.1.1" }, { value: "2.2.2.2" }],
            },
          },
          "ips:2": { ips: { type: "multi_static_select", selected_options: [{ value: "3.3.3.3" }] } },
          days: { days: { type: "static_select", selected_option: { value: "7" } } },
          reason: { reason: { type: "plain_text_input", value: null } },
        },
      },
    },
  };

  test("a form's answer comes to the conversation it was opened from, its split menus as one field", () => {
    expect(arrived(submission)?.incoming).toEqual({
      kind: "action",
      delivery: "slack:trigger:7.8.jkl",
      conversation: "slack:C1:1600000000.1:U9",
      user: { id: "slack:U9", name: "carol" },
      action: "chosen:P1",
      values: { ips: ["1.1.1.1", "2.2.2.2", "3.3.3.3"], days: ["7"], reason: [] },
    });
  });

  test.each([
    ["a form of something else", { ...submission.view, callback_id: "other" }],
    ["a form that carries nothing", { ...submission.view, private_metadata: "" }],
  ])("%s is not ours", (_, view) => {
    expect(arrived({ ...submission, view })).toBeNull();
  });
});

test.each([
  [null],
  ["text"],
  [{}],
  [{ type: "event_callback" }],
  [{ type: "event_callback", event: { type: "message" } }],
  [{ type: "block_actions" }],
])("%j is passed over", (body) => {
  expect(arrived(body)).toBeNull();
});
