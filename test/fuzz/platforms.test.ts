import * as fc from "fast-check";
import { expect } from "vitest";

import type { Api } from "../../adapters/discord/api.ts";
import { createChannels } from "../../adapters/discord/channels.ts";
import { fromInteraction } from "../../adapters/discord/interaction.ts";
import { fromMessage } from "../../adapters/discord/message-event.ts";
import { InteractionFields } from "../../adapters/discord/payload.ts";
import { toPrivateMetadata } from "../../adapters/slack/form-answer.ts";
import { toArrived } from "../../adapters/slack/incoming.ts";
import type { Incoming } from "../../src/contract.ts";
import { fuzz } from "./fuzz.ts";
import { changedJson, textsIn } from "./json.ts";

/** Nothing is said to the core that was not in the payload: words of a person, and names of files. */
function expectNothingNew(incoming: Incoming, body: unknown): void {
  const given = letters(textsIn(body).join(" "));
  const said = incoming.kind === "action" ? incoming.action : incoming.text;
  for (const word of said.split(/[\s]+/u).slice(0, 50)) {
    const bare = letters(word);
    // Two pieces of one line stand side by side without anything between them.
    const isGiven = Array.from({ length: bare.length }).some(
      (_, at) => given.includes(bare.slice(0, at)) && given.includes(bare.slice(at)),
    );
    if (!COMMANDS.has(bare) && bare !== "") expect(isGiven, word).toBe(true);
  }
  expect(incoming.delivery.length).toBeGreaterThan(0);
  expect(incoming.user.id).toMatch(/^(?:slack|discord):[^]/u);
}

const COMMANDS = new Set("why quota plan unblock blocklist scans cancel help".split(" "));

function letters(text: string): string {
  return text
    .replaceAll(/&(amp|lt|gt);/gu, (_, name: string) => ({ amp: "&", lt: "<", gt: ">" })[name] ?? "")
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}

const TS = "1700000000.000100";
const FILE = {
  id: "F1",
  name: "list.txt",
  size: 12,
  url_private_download: "https://files.slack.com/files-pri/T1-F1/list.txt",
};
const rich = [
  {
    type: "rich_text",
    elements: [
      {
        type: "rich_text_section",
        elements: [
          { type: "text", text: "45.10.0.2" },
          { type: "link", url: "http://evil.com" },
        ],
      },
    ],
  },
];
const slack = fc.constantFrom<unknown>(
  {
    type: "event_callback",
    event: {
      type: "message",
      channel: "CWATCHED",
      channel_type: "channel",
      user: "U1",
      ts: TS,
      text: "<@UBOT> &lt;8.8.8.8&gt; <http://evil.com|evil.com>",
      files: [FILE],
      blocks: rich,
    },
  },
  {
    type: "event_callback",
    event: {
      type: "message",
      subtype: "bot_message",
      bot_id: "BSIEM",
      channel: "CWATCHED",
      ts: TS,
      text: "",
      attachments: [{ text: "1.2.3.4", fields: [{ title: "a", value: "b" }], blocks: rich }],
    },
  },
  {
    command: "/vtip",
    text: "why 1.2.3.4",
    channel_id: "C1",
    user_id: "U1",
    user_name: "ann",
    trigger_id: "T",
    response_url: "https://hooks.slack.com/x",
  },
  {
    type: "message_action",
    callback_id: "check_with_vtip",
    trigger_id: "T",
    channel: { id: "C1" },
    user: { id: "U1", username: "ann" },
    message: { ts: TS, text: "8.8.8.8", files: [FILE], blocks: rich },
  },
  {
    type: "block_actions",
    user: { id: "U1" },
    trigger_id: "T",
    channel: { id: "C1" },
    container: { channel_id: "C1", thread_ts: TS },
    message: { thread_ts: TS },
    actions: [{ value: "block:P-7K3Q" }],
  },
  {
    type: "view_submission",
    user: { id: "U1" },
    view: {
      id: "V1",
      callback_id: "vtip_form",
      private_metadata: toPrivateMetadata({ action: "chosen:P-7K3Q", conversation: `slack:C1:${TS}:U1` }),
      state: {
        values: {
          ips: { ips: { selected_options: [{ value: "1.2.3.4" }] } },
          reason: { reason: { value: "x" } },
        },
      },
    },
  },
);
const EARS = {
  userId: "UBOT",
  botId: "BBOT",
  watchChannels: new Set(["CWATCHED"]),
  watchBots: new Set(["BSIEM"]),
};

fuzz("what Slack sends is read or dropped, and nothing is made up", changedJson(slack), (body) => {
  const arrived = toArrived(body, EARS);

  if (arrived !== null) expectNothingNew(arrived.incoming, body);
});

const USER = { id: "110000000000000001", username: "ann" };
const text = [
  {
    type: 17,
    components: [
      { type: 10, content: "45.10.0.2" },
      { type: 1, components: [{ type: 2, custom_id: "block:P-7K3Q", label: "Block" }] },
    ],
  },
];
const message = {
  id: "220000000000000001",
  channel_id: "330000000000000001",
  guild_id: "440000000000000001",
  type: 0,
  author: USER,
  content: "<@550000000000000001> 8.8.8.8 `hxxp://evil[.]com`",
  embeds: [{ title: "1.2.3.4", fields: [{ name: "a", value: "b" }] }],
  components: text,
  attachments: [{ id: "1", filename: "a.txt", size: 3, url: "https://cdn.discordapp.com/a.txt" }],
  message_snapshots: [{ message: { content: "1.2.3.5", attachments: [] } }],
};
const base = {
  id: "6",
  application_id: "550000000000000001",
  token: "t",
  guild_id: "44",
  channel_id: "33",
  channel: { id: "33", type: 0 },
  member: { user: USER, roles: ["7"] },
};
const discord = fc.constantFrom<unknown>(
  message,
  { ...message, author: { id: "8", username: "siem", bot: true }, webhook_id: "8" },
  {
    ...base,
    type: 2,
    data: {
      name: "vtip",
      type: 1,
      options: [
        { name: "indicators", value: "1.2.3.4" },
        { name: "file", value: "9" },
      ],
      resolved: {
        attachments: { 9: { id: "9", filename: "a.txt", size: 3, url: "https://cdn.discordapp.com/a" } },
      },
    },
  },
  {
    ...base,
    type: 2,
    data: {
      name: "vtip-unblock",
      type: 1,
      options: [
        { name: "ip", value: "1.2.3.4" },
        { name: "reason", value: "ours" },
      ],
    },
  },
  {
    ...base,
    type: 2,
    data: { name: "Check with vtip", type: 3, target_id: "2", resolved: { messages: { 2: message } } },
  },
  {
    ...base,
    type: 3,
    data: { custom_id: "block:P-7K3Q", component_type: 2 },
    message: { id: "2", channel_id: "33", flags: 0, components: text },
  },
  {
    ...base,
    type: 5,
    data: {
      custom_id: "form:block:P-7K3Q",
      components: [{ type: 18, component: { type: 4, custom_id: "reason", value: "x" } }],
    },
    message: { id: "2", components: text },
  },
);
/** A channel that nobody has told about is an ordinary one. */
const nobody: Pick<Api, "call"> = {
  call: async () => ({ kind: "refused", code: 10_003, message: "Unknown Channel" }),
};
const DISCORD_EARS = {
  botId: "550000000000000001",
  watchChannels: new Set(["330000000000000001"]),
  watchBots: new Set(["8"]),
};

fuzz("what Discord sends is read or dropped, and nothing is made up", changedJson(discord), async (body) => {
  const channels = createChannels(nobody as Api);
  for (const event of ["GUILD_CREATE", "CHANNEL_UPDATE", "THREAD_LIST_SYNC", "GUILD_DELETE", "READY"])
    channels.take(event, body);

  const read = InteractionFields.safeParse(body).data;
  const arrived =
    read === undefined ? await fromMessage(body, DISCORD_EARS, channels) : fromInteraction(read, channels);

  if (arrived !== null) expectNothingNew(arrived.incoming, body);
});
